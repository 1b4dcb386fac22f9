import { makeUrn } from '../../../kernel/urn.ts';
import type { Context } from '../context.ts';
import { principal, type Asset, type Owner, type RootAsset, type RootKind, type SourcedText } from '../domain/asset.ts';
import { descriptionsInOrder } from '../domain/precedence.ts';
import { requirePresent } from '../service/presentOnly.ts';

const LIST_MAX = 100;

export const upper = <T extends string>(text: T): Uppercase<T> => text.toUpperCase() as Uppercase<T>;

/** Fields that every asset has; each type's resolvers spread them. */
export const assetFields = {
  description: async (asset: Asset, _args: object, context: Context) => (await descriptions(asset, context))[0]?.text ?? null,
  descriptions: (asset: Asset, _args: object, context: Context) => descriptions(asset, context),
  owners: async (asset: Asset, _args: object, { reader }: Context) => (await reader.owners(asset)).slice(0, LIST_MAX),
  tags: async (asset: Asset, _args: object, { reader }: Context) => (await reader.tags(asset)).slice(0, LIST_MAX),
  glossaryTerms: async (asset: Asset, _args: object, context: Context) => {
    requirePresent(context, 'glossaryTerms');
    return (await context.glossary.termsOf.load(asset.no)).slice(0, LIST_MAX);
  },
  state: (asset: Asset) => upper(asset.state),
};

async function descriptions(asset: Asset, { reader }: Context): Promise<readonly SourcedText[]> {
  return descriptionsInOrder(asset.sourceDescription, await reader.curatedTexts(asset));
}

export const storedAssetFields = {
  ...assetFields,
  name: (asset: RootAsset) => asset.simpleName,
  container: async (asset: RootAsset, _args: object, { reader }: Context) => {
    const found = asset.parentNo === null ? null : await reader.asset(asset.parentNo);
    return found?.__typename === 'Container' ? found : null;
  },
};

export const urnOf = (kind: RootKind) => (asset: RootAsset) =>
  makeUrn({ kind, namespace: asset.namespace, name: asset.qualifiedName, column: null });

export const ownerFields = {
  origin: (owner: Owner) => upper(owner.origin),
  principal: (owner: Owner) => principal(owner.principalId),
};

export const sourcedTextFields = {
  origin: (text: SourcedText) => upper(text.origin),
  setBy: (text: SourcedText) => (text.principalId === null ? null : principal(text.principalId)),
};

/** The number of an asset in lists that are about assets: the asset again, from the batch of this request. */
export async function loadAsset({ reader }: Context, no: string): Promise<Asset | null> {
  return (await reader.asset(no)) ?? reader.column(no);
}
