import type { Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { KnownDefinition, QualitySeverity, QualityStatus } from '../domain/quality.ts';

/** A signal by what its tool calls it. */
export interface SignalName {
  readonly dataset_no: No;
  readonly key: string;
}

export interface KnownSignal extends SignalName, KnownDefinition {}

/** The last row of each of these signals, whether it is in force or not. */
export async function knownSignals(tx: Tx, producer: string, names: readonly SignalName[]): Promise<readonly KnownSignal[]> {
  if (names.length === 0) return [];
  return tx.query<KnownSignal>(
    `select n.dataset_no::text as dataset_no, n.key, s.id, s.stated_at as "statedAt", s.recorded_to = 'infinity' as "isCurrent", s.digest
     from json_to_recordset($2) as n(dataset_no bigint, key text)
     cross join lateral (
       select * from catalog.quality_signal s
       where s.producer = $1 and s.dataset_no = n.dataset_no and md5(s.key) = md5(n.key) and s.key = n.key
       order by s.recorded_from desc limit 1) s`,
    [producer, JSON.stringify(names.map(({ dataset_no, key }) => ({ dataset_no, key })))],
    'catalog_known_signals',
  );
}

/** A definition that begins now. */
export interface SignalRow extends SignalName {
  readonly id: string;
  readonly column_name: string | null;
  readonly column_no: No | null;
  readonly name: string;
  readonly kind: string;
  readonly severity: QualitySeverity;
  readonly description: string | null;
  readonly criteria: unknown;
  readonly digest: string;
}

/** Who states, of which namespace, and when. */
export interface StatementRow {
  readonly producer: string;
  readonly tool: string;
  readonly namespace: string;
  readonly statedAt: Instant;
}

export async function beginSignals(tx: Tx, rows: readonly SignalRow[], said: StatementRow): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into catalog.quality_signal (id, producer, namespace, key, dataset_no, column_name, column_no, tool, name, kind, severity,
       description, criteria, digest, stated_at, recorded_from)
     select id, $2, $3, key, dataset_no, column_name, column_no, $4, name, kind, severity, description, criteria, digest, $5, $6
     from json_to_recordset($1) as r(id text, key text, dataset_no bigint, column_name text, column_no bigint, name text, kind text,
       severity text, description text, criteria jsonb, digest text)`,
    [JSON.stringify(rows), said.producer, said.namespace, said.tool, said.statedAt, tx.now],
    'catalog_begin_signals',
  );
}

/** Ends what is defined otherwise now. */
export async function endSignals(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update catalog.quality_signal set recorded_to = $2 where id = any($1) and recorded_to = 'infinity'`,
    [ids, tx.now],
    'catalog_end_signals',
  );
}

/** Takes down that signals were stated again as they are. */
export async function touchSignals(tx: Tx, ids: readonly string[], statedAt: Instant): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update catalog.quality_signal set stated_at = $2 where id = any($1) and recorded_to = 'infinity' and stated_at < $2`,
    [ids, statedAt],
    'catalog_touch_signals',
  );
}

/** Ends the signals that a complete statement did not have. */
export const endUnstatedSignals = (tx: Tx, said: StatementRow): Promise<readonly SignalName[]> =>
  tx.query<SignalName>(
    `update catalog.quality_signal set recorded_to = $4
     where producer = $1 and namespace = $2 and recorded_to = 'infinity' and stated_at < $3
     returning dataset_no::text as dataset_no, key`,
    [said.producer, said.namespace, said.statedAt, tx.now],
    'catalog_end_unstated_signals',
  );

/** Ends what one tool checks of one dataset, as far as it was stated before. */
export const endSignalsOf = (tx: Tx, said: StatementRow, datasetNo: No): Promise<readonly SignalName[]> =>
  tx.query<SignalName>(
    `update catalog.quality_signal set recorded_to = $4, stated_at = $3
     where producer = $1 and dataset_no = $2 and recorded_to = 'infinity' and stated_at <= $3
     returning dataset_no::text as dataset_no, key`,
    [said.producer, datasetNo, said.statedAt, tx.now],
    'catalog_end_signals_of',
  );

export interface ResultRow {
  readonly signal_id: string;
  readonly observed_at: Instant;
  readonly status: QualityStatus;
  readonly badness: number;
  readonly failures: string | null;
  readonly message: string | null;
  readonly max_loaded_at: Instant | null;
  readonly run: string | null;
}

/** Adds results that are not known. @returns of which signals, one entry for each result */
export async function addResults(tx: Tx, rows: readonly ResultRow[]): Promise<readonly string[]> {
  if (rows.length === 0) return [];
  const added = await tx.query<{ signal_id: string }>(
    `insert into catalog.quality_result (signal_id, observed_at, status, badness, failures, message, max_loaded_at, run, recorded_at)
     select signal_id, observed_at, status, badness, failures, message, max_loaded_at, run, $2
     from json_to_recordset($1) as r(signal_id text, observed_at timestamptz, status text, badness smallint, failures bigint,
       message text, max_loaded_at timestamptz, run text)
     on conflict (signal_id, observed_at, badness) do nothing returning signal_id`,
    [JSON.stringify(rows), tx.now],
    'catalog_add_results',
  );
  return added.map(({ signal_id }) => signal_id);
}
