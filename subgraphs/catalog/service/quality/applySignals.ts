import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { type Instant, toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import { badnessOf, verdictOn } from '../../domain/quality.ts';
import {
  addResults,
  beginSignals,
  endSignals,
  knownSignals,
  type SignalRow,
  type StatementRow,
  touchSignals,
} from '../../store/writeQuality.ts';
import type { QualityChanges } from './changes.ts';
import type { FoundEnds } from './findEnds.ts';
import type { ToldResult, ToldSignal } from './told.ts';

/** Where what one request says belongs, and what becomes of it. */
export interface Placing {
  readonly ends: FoundEnds;
  readonly changes: QualityChanges;
  /** Takes the ids of signals by dataset and key. */
  readonly ids: Map<string, string>;
}

/**
 * Writes definitions that differ from what is in force.
 * @param lastStatedAt when the same tool stated its signals last; null when there is no such order among its statements
 * @returns how many are about a dataset that is not there
 */
export async function applySignals(
  tx: Tx,
  said: StatementRow & { readonly lastStatedAt: Instant | null },
  signals: readonly ToldSignal[],
  { ends, changes, ids }: Placing,
): Promise<number> {
  const placed = signals.flatMap((signal) => {
    const no = ends.datasetOf(signal.on);
    return no === null ? [] : [{ no, signal, row: toRow(no, signal, ends.columnOf(signal.on)) }];
  });
  const distinct = new Map(placed.map((one) => [nameKey(one.row), one]));
  const known = new Map(
    (
      await knownSignals(
        tx,
        said.producer,
        [...distinct.values()].map(({ row }) => row),
      )
    ).map((row) => [nameKey(row), row]),
  );
  for (const [key, { id }] of known) ids.set(key, id);
  const [opened, ended, kept]: [SignalRow[], string[], string[]] = [[], [], []];
  for (const [key, { row }] of distinct) {
    const before = known.get(key);
    const verdict = verdictOn(before, { digest: row.digest, statedAt: said.statedAt }, said.lastStatedAt);
    if (verdict === 'ignore') continue;
    if (verdict === 'keep') kept.push(before?.id ?? '');
    else {
      if (verdict === 'replace') ended.push(before?.id ?? '');
      const id = before?.id ?? newId('signal', toMs(tx.now));
      ids.set(key, id);
      opened.push({ ...row, id });
      changes.note(row.dataset_no, verdict === 'open' ? 'added' : 'changed', row.key);
    }
  }
  await endSignals(tx, ended);
  await beginSignals(tx, opened, said);
  await touchSignals(tx, kept, said.statedAt);
  return signals.length - placed.length;
}

function toRow(no: No, signal: ToldSignal, columnNo: No | null): Omit<SignalRow, 'id'> {
  const { key, on, name, kind, severity, description, criteria } = signal;
  const says = { column_name: on.column, column_no: columnNo, name, kind, severity, description, criteria };
  return { dataset_no: no, key, ...says, digest: digestOf(says) };
}

/** Adds results of signals that are known by now, whatever their definition says today. */
export async function applyResults(
  tx: Tx,
  producer: string,
  results: readonly ToldResult[],
  { ends, changes, ids }: Placing,
): Promise<number> {
  const placed = results.flatMap((result) => {
    const no = ends.datasetOf(result.on);
    return no === null ? [] : [{ dataset_no: no, key: result.key, result }];
  });
  const missing = new Map(placed.map(({ dataset_no, key }) => [nameKey({ dataset_no, key }), { dataset_no, key }]));
  for (const name of ids.keys()) missing.delete(name);
  for (const row of await knownSignals(tx, producer, [...missing.values()])) ids.set(nameKey(row), row.id);
  const datasetOf = new Map<string, No>();
  const rows = placed.flatMap(({ result, ...name }) => {
    const id = ids.get(nameKey(name));
    if (id === undefined) return [];
    datasetOf.set(id, name.dataset_no);
    const { status, observedAt, failures, message, maxLoadedAt, run } = result;
    return [
      {
        signal_id: id,
        observed_at: observedAt,
        status,
        badness: badnessOf(status),
        failures,
        message,
        max_loaded_at: maxLoadedAt,
        run,
      },
    ];
  });
  const added = await addResults(tx, rows);
  for (const id of added) changes.observed(datasetOf.get(id) ?? '');
  return results.length - rows.length;
}

const nameKey = ({ dataset_no, key }: { readonly dataset_no: No; readonly key: string }): string => `${dataset_no} ${key}`;
