import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { toolOf } from '../../domain/quality.ts';
import { lockStatement, setStatement } from '../../store/toolStatements.ts';
import { endUnstatedSignals } from '../../store/writeQuality.ts';
import { applyDashboards, endDashboardsNotIn } from './applyDashboards.ts';
import { applyMetrics, endMetricsNotIn } from './applyMetrics.ts';
import { applyResults, applySignals } from './applySignals.ts';
import { QualityChanges } from './changes.ts';
import { findEnds } from './findEnds.ts';
import type { Statement } from './readTold.ts';
import type { Told } from './told.ts';

export interface StatementCounts {
  readonly signals: number;
  readonly results: number;
  readonly metrics: number;
  readonly dashboards: number;
  /** Signals and results of datasets that are not there. */
  readonly unplaced: number;
}

export const NOTHING_STATED: StatementCounts = { signals: 0, results: 0, metrics: 0, dashboards: 0, unplaced: 0 };

/** Writes what one request says of checks, metrics and dashboards, and ends what a complete statement leaves out. */
export async function applyStatement(
  tx: Tx,
  origin: Origin,
  producer: string,
  { namespace, statedAt, isComplete }: Statement,
  told: Told,
): Promise<StatementCounts> {
  const lastStatedAt = await lockStatement(tx, producer, namespace, statedAt);
  const said = { producer, tool: toolOf(producer), namespace, statedAt, lastStatedAt };
  const isOld = lastStatedAt !== null && statedAt < lastStatedAt;
  const ends = await findEnds(tx, [
    ...[...told.signals, ...told.results].map(({ on }) => on),
    ...[...told.metrics, ...told.dashboards].flatMap(({ reads }) => reads),
  ]);
  const changes = new QualityChanges();
  const placing = { ends, changes, ids: new Map<string, string>() };
  const unplaced =
    (await applySignals(tx, said, told.signals, placing)) + (await applyResults(tx, producer, told.results, placing));
  const metrics = [...(await applyMetrics(tx, said, told.metrics, ends))];
  let dashboards = isOld ? 0 : await applyDashboards(tx, origin, said, told.dashboards, ends);
  if (isComplete && !isOld) {
    for (const { dataset_no, key } of await endUnstatedSignals(tx, said)) changes.note(dataset_no, 'ended', key);
    metrics.push(...(await endMetricsNotIn(tx, said)));
    dashboards += await endDashboardsNotIn(tx, origin, said);
  }
  await setStatement(tx, producer, namespace, statedAt);
  await record(tx, origin, [...(await changes.happenings(tx, producer)), ...metrics]);
  return { signals: changes.signals, results: changes.results, metrics: metrics.length, dashboards, unplaced };
}
