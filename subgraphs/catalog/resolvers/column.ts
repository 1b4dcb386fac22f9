import { makeUrn } from '../../../kernel/urn.ts';
import type { ColumnResolvers } from '../__generated__/resolvers.ts';
import { metricConnection, signalConnection } from '../service/quality/connections.ts';
import { assetFields } from './assetFields.ts';
import { readDefinition } from '../service/readDefinition.ts';
import { lineageOf } from './lineage.ts';

export const Column: ColumnResolvers = {
  __resolveReference: async ({ id }, { reader }) => {
    const asset = await reader.byId(id);
    return asset?.__typename === 'Column' ? asset : null;
  },
  ...assetFields,
  urn: ({ namespace, datasetName, name }) => makeUrn({ kind: 'column', namespace, name: datasetName, column: name }),
  defaultValue: ({ no, defaultValue }, _args, context) => readDefinition(context, [no], 'defaultValue', defaultValue),
  generatedAs: ({ no, generatedAs }, _args, context) => readDefinition(context, [no], 'generatedAs', generatedAs),
  lineage: lineageOf('COLUMN'),
  qualitySignals: ({ no }, args, context) => signalConnection(context, { of: 'column', no }, args),
  metrics: ({ no }, args, context) => metricConnection(context, { of: 'column', no }, args),
  dataset: async ({ datasetNo }, _args, { reader }) => {
    const asset = await reader.asset(datasetNo);
    return asset?.__typename === 'Dataset' ? asset : null;
  },
};
