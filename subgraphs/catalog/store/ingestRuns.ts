import type { StatedRun } from '../../../lineage/openlineage/inForce.ts';
import type { LastSaid } from '../../../lineage/openlineage/newest.ts';
import type { Progress, RunState } from '../../../lineage/openlineage/progress.ts';
import type { Statement } from '../../../lineage/openlineage/statement.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
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

/** A run of a job that is locked. */
export async function findRun(db: Queryable, jobId: string, runId: string): Promise<StoredRun | null> {
  const [run] = await db.query<StoredRun>(
    'select id, progress, said, statement, spent as "isSpent" from catalog.job_run where job_id = $1 and md5(run_id) = md5($2) and run_id = $2',
    [jobId, runId],
    'catalog_find_run',
  );
  return run ?? null;
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

export async function writeRun(tx: Tx, jobId: string, runId: string, run: StoredRun, facts: RunFacts): Promise<void> {
  const { progress } = run;
  await tx.query(
    `insert into catalog.job_run (id, job_id, run_id, state, started_at, ended_at, last_event_at, nominal_start_at, nominal_end_at,
       error_message, parent_job_namespace, parent_job_name, parent_run_id, progress, said, statement, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (id) do update set state = excluded.state, started_at = excluded.started_at, ended_at = excluded.ended_at,
       last_event_at = excluded.last_event_at, nominal_start_at = excluded.nominal_start_at,
       nominal_end_at = excluded.nominal_end_at, error_message = excluded.error_message,
       parent_job_namespace = excluded.parent_job_namespace, parent_job_name = excluded.parent_job_name,
       parent_run_id = excluded.parent_run_id, progress = excluded.progress, said = excluded.said,
       statement = excluded.statement, recorded_at = excluded.recorded_at`,
    [
      run.id,
      jobId,
      runId,
      facts.state,
      progress.startedAt,
      progress.ended?.at ?? null,
      progress.lastAt,
      facts.nominalStartAt,
      facts.nominalEndAt,
      facts.errorMessage,
      facts.parentJobNamespace,
      facts.parentJobName,
      facts.parentRunId,
      JSON.stringify(progress),
      JSON.stringify(run.said),
      run.statement === null ? null : JSON.stringify(run.statement),
      tx.now,
    ],
    'catalog_write_run',
  );
}

const best = (condition: string, order: string): string =>
  `(select run_id as "runId", progress, statement from catalog.job_run
    where job_id = $1 and statement is not null and ${condition} order by ${order} desc, run_id collate "C" desc limit 1)`;

/** The runs whose statements may count: the last that completed, the last that goes on, the last that failed. */
export const statedRuns = (db: Queryable, jobId: string): Promise<readonly StatedRun[]> =>
  db.query<StatedRun>(
    [
      best(`state = 'COMPLETE'`, 'ended_at'),
      best(`state in ('START', 'RUNNING', 'UNKNOWN')`, 'last_event_at'),
      best(`state in ('ABORT', 'FAIL')`, 'ended_at'),
    ].join(' union all '),
    [jobId],
    'catalog_stated_runs',
  );

/** Forgets what ended runs stated that can never count again: a job that runs every minute would keep its lineage a thousand times. */
export async function forgetStatements(tx: Tx, jobId: string, butOf: readonly string[]): Promise<void> {
  await tx.query(
    `update catalog.job_run set statement = null, spent = true
     where job_id = $1 and statement is not null and ended_at is not null and run_id <> all($2)`,
    [jobId, butOf],
    'catalog_forget_statements',
  );
}
