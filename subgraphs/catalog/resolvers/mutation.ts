import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { cancelCrawl, releaseCrawl, startCrawl } from '../service/crawls.ts';
import { assignGlossaryTerm, unassignGlossaryTerm } from '../service/glossary/assignTerm.ts';
import { createGlossaryTerm } from '../service/glossary/createTerm.ts';
import { deleteGlossaryTerm } from '../service/glossary/deleteTerm.ts';
import { deprecateGlossaryTerm } from '../service/glossary/deprecateTerm.ts';
import { publishGlossaryTerm } from '../service/glossary/publishTerm.ts';
import { updateGlossaryTerm } from '../service/glossary/updateTerm.ts';
import { addLineage, removeLineage } from '../service/lineage/manual.ts';
import { mergeAssets } from '../service/merge/mergeAssets.ts';
import { unmergeAssets } from '../service/merge/unmergeAssets.ts';
import { ingestMetadata } from '../service/metadata/ingestMetadata.ts';
import { addDataProductMembers, removeDataProductMembers } from '../service/products/changeMembers.ts';
import { createDataProduct } from '../service/products/createProduct.ts';
import { deleteDataProduct } from '../service/products/deleteProduct.ts';
import { updateDataProduct } from '../service/products/updateProduct.ts';
import { setDescription } from '../service/setDescription.ts';
import { setOwners } from '../service/setOwners.ts';
import { addSource, removeSource, testSource, updateSource } from '../service/sources.ts';
import { createTag, tagAssets } from '../service/tags.ts';

/** What the request had read before it wrote is not true any more. */
const writing =
  <I, R>(act: (context: Context, input: I) => Promise<R>) =>
  async (_root: object, { input }: { readonly input: I }, context: Context): Promise<R> => {
    const result = await act(context, input);
    context.forget();
    return result;
  };

export const Mutation: MutationResolvers = {
  addSource: writing(addSource),
  updateSource: writing(updateSource),
  testSource: writing(testSource),
  removeSource: writing(removeSource),
  startCrawl: writing(startCrawl),
  cancelCrawl: writing(cancelCrawl),
  releaseCrawl: writing(releaseCrawl),
  setOwners: writing(setOwners),
  setDescription: writing(setDescription),
  mergeAssets: writing(mergeAssets),
  unmergeAssets: writing(unmergeAssets),
  addLineage: writing(addLineage),
  removeLineage: writing(removeLineage),
  ingestMetadata: writing(ingestMetadata),
  createTag: writing(createTag),
  tagAssets: writing(tagAssets),
  createGlossaryTerm: writing(createGlossaryTerm),
  updateGlossaryTerm: writing(updateGlossaryTerm),
  publishGlossaryTerm: writing(publishGlossaryTerm),
  deprecateGlossaryTerm: writing(deprecateGlossaryTerm),
  deleteGlossaryTerm: writing(deleteGlossaryTerm),
  assignGlossaryTerm: writing(assignGlossaryTerm),
  unassignGlossaryTerm: writing(unassignGlossaryTerm),
  createDataProduct: writing(createDataProduct),
  updateDataProduct: writing(updateDataProduct),
  addDataProductMembers: writing(addDataProductMembers),
  removeDataProductMembers: writing(removeDataProductMembers),
  deleteDataProduct: writing(deleteDataProduct),
};
