import type { MetricResolvers, QualitySignalResolvers } from '../__generated__/resolvers.ts';
import { toolOf } from '../domain/quality.ts';
import { readDefinition } from '../service/readDefinition.ts';
import { resultConnection } from '../service/quality/connections.ts';

const LIST_MAX = 100;

const present = <T>(items: readonly (T | null)[]): readonly T[] => items.filter((item) => item !== null);

export const QualitySignal: QualitySignalResolvers = {
  dataset: async ({ datasetNo }, _args, { reader }) => {
    const asset = await reader.asset(datasetNo);
    return asset?.__typename === 'Dataset' ? asset : null;
  },
  column: ({ columnNo }, _args, { reader }) => (columnNo === null ? null : reader.column(columnNo)),
  criteria: ({ datasetNo, criteria }, _args, context) => readDefinition(context, [datasetNo], 'criteria', criteria),
  message: ({ datasetNo, message }, _args, context) => readDefinition(context, [datasetNo], 'message', message),
  results: (signal, args, context) => resultConnection(context, signal, args),
};

export const Metric: MetricResolvers = {
  tool: ({ producer }) => toolOf(producer),
  expression: ({ datasetNos, expression }, _args, context) => readDefinition(context, datasetNos, 'expression', expression),
  filter: ({ datasetNos, filter }, _args, context) => readDefinition(context, datasetNos, 'filter', filter),
  dimensions: ({ dimensions }) => dimensions.slice(0, LIST_MAX),
  datasets: async ({ datasetNos }, _args, { reader }) => {
    const assets = present(await Promise.all(datasetNos.slice(0, LIST_MAX).map((no) => reader.asset(no))));
    return assets.filter((asset) => asset.__typename === 'Dataset');
  },
  columns: async ({ columnNos }, _args, { reader }) =>
    present(await Promise.all(columnNos.slice(0, LIST_MAX).map((no) => reader.column(no)))),
};
