import { makeUrn } from '../../../kernel/urn.ts';
import type { ColumnResolvers } from '../__generated__/resolvers.ts';
import { assetFields } from './assetFields.ts';
import { lineageOf } from './lineage.ts';

export const Column: ColumnResolvers = {
  __resolveReference: async ({ id }, { reader }) => {
    const asset = await reader.byId(id);
    return asset?.__typename === 'Column' ? asset : null;
  },
  ...assetFields,
  urn: ({ namespace, datasetName, name }) => makeUrn({ kind: 'column', namespace, name: datasetName, column: name }),
  lineage: lineageOf('COLUMN'),
  dataset: async ({ datasetNo }, _args, { reader }) => {
    const asset = await reader.asset(datasetNo);
    return asset?.__typename === 'Dataset' ? asset : null;
  },
};
