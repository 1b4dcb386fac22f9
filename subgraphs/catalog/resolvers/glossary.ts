import type {
  DataProductMemberEdgeResolvers,
  DataProductResolvers,
  GlossaryTermResolvers,
  QueryResolvers,
  TermAssetEdgeResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { principal } from '../domain/asset.ts';
import { assignedConnection, childConnection, termConnection } from '../service/glossary/termLists.ts';
import { requirePresent } from '../service/presentOnly.ts';
import { memberConnection, productConnection } from '../service/products/productLists.ts';
import { loadAsset, upper } from './assetFields.ts';

export const glossaryQueries = {
  glossaryTerms: (_root, { filter, ...args }, context) => termConnection(context, filter ?? {}, args),
  glossaryTerm: (_root, { id }, context) => presentTerm(context, id),
  dataProducts: (_root, { filter, ...args }, context) => productConnection(context, filter ?? {}, args),
  dataProduct: (_root, { id }, context) => presentProduct(context, id),
} satisfies Partial<QueryResolvers>;

export const GlossaryTerm: GlossaryTermResolvers = {
  __resolveReference: ({ id }, context) => presentTerm(context, id),
  state: ({ state }) => upper(state),
  parent: ({ parentNo }, _args, { glossary }) => (parentNo === null ? null : glossary.termByNo.load(parentNo)),
  children: ({ no }, args, context) => childConnection(context, no, args),
  related: ({ no }, _args, { glossary }) => glossary.related.load(no),
  owners: ({ ownerIds }) => ownerIds.map(principal),
  assets: (term, args, context) => assignedConnection(context, term, args),
  createdBy: ({ createdBy }) => principal(createdBy),
};

export const DataProduct: DataProductResolvers = {
  __resolveReference: ({ id }, context) => presentProduct(context, id),
  owners: ({ ownerIds }) => ownerIds.map(principal),
  members: (product, args, context) => memberConnection(context, product, args),
  createdBy: ({ createdBy }) => principal(createdBy),
};

export const TermAssetEdge: TermAssetEdgeResolvers = {
  node: ({ node }, _args, context) => loadAsset(context, node.no),
  since: ({ node }) => node.since,
};

export const DataProductMemberEdge: DataProductMemberEdgeResolvers = {
  node: async ({ node }, _args, { reader }) => {
    const asset = await reader.asset(node.no);
    return asset?.__typename === 'Dataset' ? asset : null;
  },
  since: ({ node }) => node.since,
};

function presentTerm(context: Context, id: string) {
  requirePresent(context, 'glossaryTerm');
  return context.glossary.term.load(id);
}

function presentProduct(context: Context, id: string) {
  requirePresent(context, 'dataProduct');
  return context.glossary.product.load(id);
}
