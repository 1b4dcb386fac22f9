import { readPage, toConnection } from '../../../kernel/page.ts';
import type { UrnParts } from '../../../kernel/urn.ts';
import type { DatasetResolvers, ForeignKeyResolvers } from '../__generated__/resolvers.ts';
import type { ForeignKey as Referring } from '../domain/asset.ts';
import { datasetUsage } from '../service/datasetUsage.ts';
import { historyConnection } from '../service/history.ts';
import { datasetJobConnection } from '../service/jobs/jobLists.ts';
import { measurementConnection, metricConnection, signalConnection } from '../service/quality/connections.ts';
import { requirePresent } from '../service/presentOnly.ts';
import { storedAssetFields, urnOf } from './assetFields.ts';
import type { NativeFacts } from '../domain/native.ts';
import { mayReadDefinition, readDefinition } from '../service/readDefinition.ts';
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
  dataProducts: ({ no }, _args, context) => {
    requirePresent(context, 'dataProducts');
    return context.glossary.productsOf.load(no);
  },
  primaryKey: ({ native }) => native.primaryKey,
  foreignKeys: async (dataset, _args, { reader }) => {
    const keys = dataset.native.foreignKeys.slice(0, LIST_MAX).map((key) => ({ ...key, dataset }));
    const hidden = await Promise.all(keys.map((key) => reader.isHidden(referredTo(key))));
    return keys.filter((_, place) => hidden[place] === false);
  },
  indexes: async ({ no, native }, _args, context) => {
    const shown = native.indexes.slice(0, LIST_MAX);
    return (await mayReadDefinition(context, [no])) ? shown : shown.map(withoutExpressions);
  },
  checks: async ({ no, native }, _args, context) => {
    const shown = native.checks.slice(0, LIST_MAX);
    return (await mayReadDefinition(context, [no])) ? shown : shown.map((check) => ({ ...check, expression: null }));
  },
  grants: ({ native }) => native.grants.slice(0, LIST_MAX),
  definition: ({ no, native }, _args, context) => readDefinition(context, [no], 'definition', native.definition),
  problem: ({ native }) => native.problem,
  statistics: (dataset, _args, { reader }) => reader.statistics(dataset),
  history: (dataset, args, context) => historyConnection(context, dataset, args),
  usage: (dataset, { days }, context) => datasetUsage(context, dataset.no, days),
  producers: (dataset, args, context) => datasetJobConnection(context, dataset, 'OUTPUT', args),
  consumers: (dataset, args, context) => datasetJobConnection(context, dataset, 'INPUT', args),
  lineage: lineageOf('DATASET'),
  quality: ({ no }, _args, { quality }) => quality.quality(no),
  qualitySignals: ({ no }, args, context) => signalConnection(context, { of: 'dataset', no }, args),
  metrics: ({ no }, args, context) => metricConnection(context, { of: 'dataset', no }, args),
  measurements: ({ no }, args, context) => measurementConnection(context, no, args),
};

/** Keys that are expressions, and conditions, are SQL. */
const withoutExpressions = (index: NativeFacts['indexes'][number]): NativeFacts['indexes'][number] => ({
  ...index,
  keys: index.keys.map((key) => (/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(key) ? key : '…')),
  predicate: null,
});

const referredTo = ({ dataset, references }: Pick<Referring, 'dataset' | 'references'>): UrnParts => {
  const name = references.path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  return { kind: 'dataset', namespace: dataset.namespace, name, column: null };
};

export const ForeignKey: ForeignKeyResolvers = {
  referencesName: ({ references }) => references.path.join('.'),
  referencedColumns: ({ references }) => references.columns,
  references: async (key, _args, { reader }) => {
    const found = await reader.byName(referredTo(key));
    return found?.__typename === 'Dataset' ? found : null;
  },
};
