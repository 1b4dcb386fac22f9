import type {
  DataProductCreatedResolvers,
  DataProductMembersAddedResolvers,
  DataProductMembersRemovedResolvers,
  DataProductUpdatedResolvers,
  GlossaryTermAssignedResolvers,
  GlossaryTermCreatedResolvers,
  GlossaryTermDeprecatedResolvers,
  GlossaryTermPublishedResolvers,
  GlossaryTermUnassignedResolvers,
  GlossaryTermUpdatedResolvers,
  AssetsMergedResolvers,
  AssetsTaggedResolvers,
  AssetsUnmergedResolvers,
  CrawlCancelledResolvers,
  CrawlReleasedResolvers,
  CrawlStartedResolvers,
  DescriptionSetResolvers,
  OwnersSetResolvers,
  SourceAddedResolvers,
  SourceRemovedResolvers,
  SourceUpdatedResolvers,
  TagCreatedResolvers,
} from '../__generated__/resolvers.ts';
import { Fault } from '../../../kernel/fault.ts';
import type { Context } from '../context.ts';
import { loadAsset } from './assetFields.ts';

/** Results hold ids; what they name was there when they were made, so it must be there now. */
async function existing<T>(loading: Promise<T | null>): Promise<T> {
  const found = await loading;
  if (found === null) throw new Fault('INTERNAL', { public: 'What was just written cannot be read back.' });
  return found;
}

export const SourceAdded: SourceAddedResolvers = {
  source: ({ sourceId }, _args, { sources }) => existing(sources.load(sourceId)),
};
export const SourceUpdated: SourceUpdatedResolvers = {
  source: ({ sourceId }, _args, { sources }) => existing(sources.load(sourceId)),
};
export const SourceRemoved: SourceRemovedResolvers = {
  source: ({ sourceId }, _args, { sources }) => existing(sources.load(sourceId)),
};
export const CrawlStarted: CrawlStartedResolvers = { crawl: ({ crawlId }, _args, { crawls }) => existing(crawls.load(crawlId)) };
export const CrawlCancelled: CrawlCancelledResolvers = {
  crawl: ({ crawlId }, _args, { crawls }) => existing(crawls.load(crawlId)),
};
export const CrawlReleased: CrawlReleasedResolvers = {
  crawl: ({ crawlId }, _args, { crawls }) => existing(crawls.load(crawlId)),
};
export const OwnersSet: OwnersSetResolvers = { asset: ({ assetNo }, _args, context) => loadAsset(context, assetNo) };
export const DescriptionSet: DescriptionSetResolvers = { asset: ({ assetNo }, _args, context) => loadAsset(context, assetNo) };
export const AssetsMerged: AssetsMergedResolvers = { asset: ({ assetNo }, _args, context) => loadAsset(context, assetNo) };
export const AssetsUnmerged: AssetsUnmergedResolvers = { asset: ({ assetNo }, _args, context) => loadAsset(context, assetNo) };
export const TagCreated: TagCreatedResolvers = { tag: ({ tagId }, _args, { tags }) => existing(tags.load(tagId)) };
export const AssetsTagged: AssetsTaggedResolvers = {
  assets: ({ assetNos }, _args, context) => Promise.all(assetNos.map((no) => loadAsset(context, no))),
};

/** Who made it may not see it, where a policy hides it. */
const ofTerm = {
  glossaryTerm: ({ termId }: { readonly termId: string }, _args: object, { glossary }: Context) => glossary.term.load(termId),
};
const withAssets = {
  ...ofTerm,
  assets: ({ assetNos }: { readonly assetNos: readonly string[] }, _args: object, context: Context) =>
    Promise.all(assetNos.map((no) => loadAsset(context, no))),
};
export const GlossaryTermCreated: GlossaryTermCreatedResolvers = ofTerm;
export const GlossaryTermUpdated: GlossaryTermUpdatedResolvers = ofTerm;
export const GlossaryTermPublished: GlossaryTermPublishedResolvers = ofTerm;
export const GlossaryTermDeprecated: GlossaryTermDeprecatedResolvers = ofTerm;
export const GlossaryTermAssigned: GlossaryTermAssignedResolvers = withAssets;
export const GlossaryTermUnassigned: GlossaryTermUnassignedResolvers = withAssets;

const ofProduct = {
  dataProduct: ({ productId }: { readonly productId: string }, _args: object, { glossary }: Context) =>
    glossary.product.load(productId),
};
export const DataProductCreated: DataProductCreatedResolvers = ofProduct;
export const DataProductUpdated: DataProductUpdatedResolvers = ofProduct;
export const DataProductMembersAdded: DataProductMembersAddedResolvers = ofProduct;
export const DataProductMembersRemoved: DataProductMembersRemovedResolvers = ofProduct;
