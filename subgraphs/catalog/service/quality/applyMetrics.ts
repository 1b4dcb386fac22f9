import type { Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { type Instant, toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { verdictOn } from '../../domain/quality.ts';
import { beginMetrics, endMetrics, endUnstatedMetrics, knownMetrics, type MetricRow, touchMetrics } from '../../store/metrics.ts';
import type { StatementRow } from '../../store/writeQuality.ts';
import type { FoundEnds } from './findEnds.ts';
import type { ToldMetric } from './told.ts';

const DATASETS_MAX = 100;
const COLUMNS_MAX = 100;

/** Writes definitions of metrics that differ from what is in force, and says what happened. */
export async function applyMetrics(
  tx: Tx,
  said: StatementRow & { readonly lastStatedAt: Instant | null },
  metrics: readonly ToldMetric[],
  ends: FoundEnds,
): Promise<readonly Recorded[]> {
  if (metrics.length === 0) return [];
  const distinct = new Map(metrics.map((metric) => [metric.key, toRow(metric, ends)]));
  const known = new Map(
    (await knownMetrics(tx, said.producer, said.namespace, [...distinct.keys()])).map((row) => [row.key, row]),
  );
  const [opened, ended, kept]: [MetricRow[], string[], string[]] = [[], [], []];
  for (const [key, row] of distinct) {
    const before = known.get(key);
    const verdict = verdictOn(before, { digest: row.digest, statedAt: said.statedAt }, said.lastStatedAt);
    if (verdict === 'ignore') continue;
    if (verdict === 'keep') kept.push(before?.id ?? '');
    else {
      if (verdict === 'replace') ended.push(before?.id ?? '');
      opened.push({ ...row, id: before?.id ?? newId('metric', toMs(tx.now)) });
    }
  }
  await endMetrics(tx, ended);
  await beginMetrics(tx, opened, said);
  await touchMetrics(tx, kept, said);
  return opened.map((row) => happening('catalog.metric.defined.v1', row, said, row.digest));
}

/** Ends metrics that a complete statement did not have. */
export async function endMetricsNotIn(tx: Tx, said: StatementRow): Promise<readonly Recorded[]> {
  const ended = await endUnstatedMetrics(tx, said);
  return ended.map((row) => happening('catalog.metric.ended.v1', row, said, null));
}

function toRow(metric: ToldMetric, ends: FoundEnds): Omit<MetricRow, 'id'> {
  const { key, timeGrain, reads, ...rest } = metric;
  const says = {
    ...rest,
    time_grain: timeGrain,
    dataset_nos: numbers(reads, ends.datasetOf, DATASETS_MAX),
    column_nos: numbers(
      reads.filter(({ column }) => column !== null),
      ends.columnOf,
      COLUMNS_MAX,
    ),
  };
  return { key, ...says, digest: digestOf(says) };
}

const numbers = (reads: readonly EdgeEnd[], find: (end: EdgeEnd) => No | null, max: number): readonly No[] =>
  [...new Set(reads.map(find).filter((no) => no !== null))].slice(0, max);

const happening = (
  action: string,
  { id, key }: { readonly id: string; readonly key: string },
  { producer, namespace }: StatementRow,
  digest: ReturnType<typeof digestOf> | string | null,
): Recorded => ({
  action,
  subject: { type: 'Metric', id, digest: digest as ReturnType<typeof digestOf> | null },
  aggregateId: id,
  fields: ['definition'],
  detail: { producer, namespace, key },
  payload: { metricId: id },
});
