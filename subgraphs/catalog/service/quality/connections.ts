import { readPage, toConnection, type Connection, type PageArgs } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import type { DatasetStatistics, No } from '../../domain/asset.ts';
import type { Metric, QualityResult, QualitySignal } from '../../domain/quality.ts';
import { mayReadDefinition } from '../readDefinition.ts';

/** Whose checks or metrics are listed. */
export interface ListOf {
  readonly of: 'dataset' | 'column';
  readonly no: No;
}

export async function signalConnection(
  { quality, request }: Context,
  list: ListOf,
  args: PageArgs,
): Promise<Connection<QualitySignal>> {
  const page = readPage(args, JSON.stringify(['qualitySignals', list, request.asOf]), 50, ['text', 'text']);
  const rows = await quality.signals({ ...list, after: page.after, count: page.first + 1 });
  return toConnection(rows, page, ({ sortName, id }) => [sortName, id]);
}

export async function metricConnection({ quality, request }: Context, list: ListOf, args: PageArgs): Promise<Connection<Metric>> {
  const page = readPage(args, JSON.stringify(['metrics', list, request.asOf]), 50, ['text', 'text']);
  const rows = await quality.metrics({ ...list, after: page.after, count: page.first + 1 });
  return toConnection(rows, page, ({ sortName, id }) => [sortName, id]);
}

/** What a tool says of results repeats values, so it is for those who may read the SQL. */
export async function resultConnection(
  context: Context,
  { id, datasetNo }: QualitySignal,
  args: PageArgs,
): Promise<Connection<QualityResult>> {
  const { quality, request } = context;
  const page = readPage(args, JSON.stringify(['qualityResults', id, request.asOf]), 20, ['time', 'int']);
  const rows = await quality.results({ signalId: id, before: page.after, count: page.first + 1 });
  const isSaid = await mayReadDefinition(context, [datasetNo]);
  return toConnection(isSaid ? rows : rows.map((row) => ({ ...row, message: null })), page, ({ observedAt, badness }) => [
    observedAt,
    badness,
  ]);
}

export async function measurementConnection(
  { quality, request }: Context,
  no: No,
  args: PageArgs,
): Promise<Connection<DatasetStatistics>> {
  const page = readPage(args, JSON.stringify(['measurements', no, request.asOf]), 20, ['time']);
  const rows = await quality.measurements({ no, before: page.after?.[0] ?? null, count: page.first + 1 });
  return toConnection(rows, page, ({ measuredAt }) => [measuredAt]);
}
