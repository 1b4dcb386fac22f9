import { readPage, toConnection } from '../../../kernel/page.ts';
import type { DatasetResolvers, ForeignKeyResolvers } from '../__generated__/resolvers.ts';
import { historyConnection } from '../service/history.ts';
import { storedAssetFields, urnOf } from './assetFields.ts';
import { lineageOf } from './lineage.ts';

const LIST_MAX = 100;

export const Dataset: DatasetResolvers = {
  __resolveReference: async ({ id }, { reader }) => {
    const asset = await reader.byId(id);
    return asset?.__typename === 'Dataset' ? asset : null;
  },
  ...storedAssetFields,
  urn: urnOf('dataset'),
  source: ({ sourceId }, _args, { sources }) => (sourceId === null ? null : sources.load(sourceId)),
  columns: async (dataset, args, { reader, request }) => {
    const page = readPage(args, JSON.stringify(['columns', dataset.no, request.asOf]), 100, ['int']);
    const columns = await reader.columns(dataset, page.after?.[0] ?? 0, page.first + 1);
    return toConnection(columns, page, (column) => [column.ordinal], { value: dataset.columnCount, exact: true });
  },
  primaryKey: ({ native }) => native.primaryKey,
  foreignKeys: (dataset) => dataset.native.foreignKeys.slice(0, LIST_MAX).map((key) => ({ ...key, dataset })),
  indexes: ({ native }) => native.indexes.slice(0, LIST_MAX),
  checks: ({ native }) => native.checks.slice(0, LIST_MAX),
  grants: ({ native }) => native.grants.slice(0, LIST_MAX),
  definition: ({ native }) => native.definition,
  problem: ({ native }) => native.problem,
  statistics: (dataset, _args, { reader }) => reader.statistics(dataset),
  history: (dataset, args, context) => historyConnection(context, dataset, args),
  lineage: lineageOf('DATASET'),
};

export const ForeignKey: ForeignKeyResolvers = {
  referencesName: ({ references }) => references.path.join('.'),
  referencedColumns: ({ references }) => references.columns,
  references: async ({ dataset, references }, _args, { reader }) => {
    const quoted = references.path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
    const found = await reader.byName({ kind: 'dataset', namespace: dataset.namespace, name: quoted, column: null });
    return found?.__typename === 'Dataset' ? found : null;
  },
};
