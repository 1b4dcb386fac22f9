import type { StatedRun } from '../../../lineage/openlineage/inForce.ts';
import type { LastSaid } from '../../../lineage/openlineage/newest.ts';
import type { Progress, RunState } from '../../../lineage/openlineage/progress.ts';
import type { Statement } from '../../../lineage/openlineage/statement.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { Instant } from '../../../kernel/time.ts';

export interface StoredRun {
  readonly id: string;
  readonly progress: Progress;
  readonly said: LastSaid;
  /** Null when it says nothing. */
  readonly statement: Statement | null;
  /** True when nothing that it states can count any more. */
  readonly isSpent: boolean;
}

/** A run as its client calls it. */
export interface RunName {
  readonly jobId: string;
  readonly runId: string;
}

export const runKey = ({ jobId, runId }: RunName): string => JSON.stringify([jobId, runId]);

/** Runs of jobs that are locked, by key. */
export async function findRuns(db: Queryable, runs: readonly RunName[]): Promise<ReadonlyMap<string, StoredRun>> {
  if (runs.length === 0) return new Map();
  const rows = await db.query<StoredRun & RunName>(
    `select r.id, r.job_id as "jobId", r.run_id as "runId", r.progress, r.said, r.statement, r.spent as "isSpent"
     from json_to_recordset($1) as n("jobId" text, "runId" text)
     join catalog.job_run r on r.job_id = n."jobId" and md5(r.run_id) = md5(n."runId") and r.run_id = n."runId"`,
    [JSON.stringify(runs)],
    'catalog_find_runs',
  );
  return new Map(rows.map(({ jobId, runId, ...run }) => [runKey({ jobId, runId }), run]));
}

export interface RunFacts {
  readonly state: RunState;
  readonly nominalStartAt: Instant | null;
  readonly nominalEndAt: Instant | null;
  readonly errorMessage: string | null;
  readonly parentJobNamespace: string | null;
  readonly parentJobName: string | null;
  readonly parentRunId: string | null;
}

export async function writeRuns(
  tx: Tx,
  runs: readonly (RunName & { readonly run: StoredRun; readonly facts: RunFacts })[],
): Promise<void> {
  if (runs.length === 0) return;
  const rows = runs.map(({ jobId, runId, run: { id, progress, said, statement }, facts }) => ({
    id,
    job_id: jobId,
    run_id: runId,
    state: facts.state,
    started_at: progress.startedAt,
    ended_at: progress.ended?.at ?? null,
    last_event_at: progress.lastAt,
    nominal_start_at: facts.nominalStartAt,
    nominal_end_at: facts.nominalEndAt,
    error_message: facts.errorMessage,
    parent_job_namespace: facts.parentJobNamespace,
    parent_job_name: facts.parentJobName,
    parent_run_id: facts.parentRunId,
    progress,
    said,
    // Left out, it becomes SQL's null and not that of JSON.
    ...(statement !== null && { statement }),
  }));
  await tx.query(
    `insert into catalog.job_run (id, job_id, run_id, state, started_at, ended_at, last_event_at, nominal_start_at, nominal_end_at,
       error_message, parent_job_namespace, parent_job_name, parent_run_id, progress, said, statement, recorded_at)
     select id, job_id, run_id, state, started_at, ended_at, last_event_at, nominal_start_at, nominal_end_at,
       error_message, parent_job_namespace, parent_job_name, parent_run_id, progress, said, statement, $2
     from json_to_recordset($1) as r(id text, job_id text, run_id text, state text, started_at timestamptz, ended_at timestamptz,
       last_event_at timestamptz, nominal_start_at timestamptz, nominal_end_at timestamptz, error_message text,
       parent_job_namespace text, parent_job_name text, parent_run_id text, progress jsonb, said jsonb, statement jsonb)
     on conflict (id) do update set state = excluded.state, started_at = excluded.started_at, ended_at = excluded.ended_at,
       last_event_at = excluded.last_event_at, nominal_start_at = excluded.nominal_start_at,
       nominal_end_at = excluded.nominal_end_at, error_message = excluded.error_message,
       parent_job_namespace = excluded.parent_job_namespace, parent_job_name = excluded.parent_job_name,
       parent_run_id = excluded.parent_run_id, progress = excluded.progress, said = excluded.said,
       statement = excluded.statement, recorded_at = excluded.recorded_at`,
    [JSON.stringify(rows), tx.now],
    'catalog_write_runs',
  );
}

const best = (condition: string, order: string): string =>
  `(select run_id, progress, statement from catalog.job_run
    where job_id = j.id and statement is not null and ${condition} order by ${order} desc, run_id collate "C" desc limit 1)`;

/** The runs whose statements may count, by job: the last that completed, the last that goes on, the last that failed. */
export async function statedRuns(db: Queryable, jobIds: readonly string[]): Promise<ReadonlyMap<string, readonly StatedRun[]>> {
  const rows = await db.query<StatedRun & { readonly jobId: string }>(
    `select j.id as "jobId", r.run_id as "runId", r.progress, r.statement from unnest($1::text[]) as j(id)
     cross join lateral (${[
       best(`state = 'COMPLETE'`, 'ended_at'),
       best(`state in ('START', 'RUNNING', 'UNKNOWN')`, 'last_event_at'),
       best(`state in ('ABORT', 'FAIL')`, 'ended_at'),
     ].join(' union all ')}) as r`,
    [jobIds],
    'catalog_stated_runs',
  );
  return groupBy(rows, ({ jobId }) => jobId);
}

/** Forgets what ended runs stated that can never count again: a job that runs every minute would keep its lineage a thousand times. */
export async function forgetStatements(tx: Tx, jobIds: readonly string[], butOf: readonly RunName[]): Promise<void> {
  await tx.query(
    `update catalog.job_run r set statement = null, spent = true
     where r.job_id = any($1) and r.statement is not null and r.ended_at is not null
       and not exists (select from json_to_recordset($2) as k("jobId" text, "runId" text)
         where k."jobId" = r.job_id and k."runId" = r.run_id)`,
    [jobIds, JSON.stringify(butOf)],
    'catalog_forget_statements',
  );
}
