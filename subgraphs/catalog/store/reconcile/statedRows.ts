import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { LastSaid } from '../../../../lineage/openlineage/newest.ts';
import type { RunState } from '../../domain/job.ts';

export interface MetricToCheck {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly digest: string;
  /** What the digest is of. */
  readonly says: Readonly<Record<string, unknown>>;
}

/** The last definition of each metric. */
export const metricsAfter = (db: Queryable, after: string, limit: number): Promise<readonly MetricToCheck[]> =>
  db.query<MetricToCheck>(
    `select distinct on (id) id, recorded_to = 'infinity' as "isCurrent", digest, jsonb_build_object('name', name, 'label', label,
       'description', description, 'type', type, 'expression', expression, 'filter', filter, 'dimensions', dimensions,
       'time_grain', time_grain, 'dataset_nos', dataset_nos::text[], 'column_nos', column_nos::text[]) as says
     from catalog.metric where id > $1 order by id, recorded_from desc limit $2`,
    [after, limit],
    'catalog_reconcile_metrics',
  );

export interface SignalToCheck extends Omit<MetricToCheck, 'isCurrent'> {
  /** Whether an event of its dataset tells of the moment when it began, and when it ended. */
  readonly isTold: boolean;
}

/** The last definition of each check. */
export const signalsAfter = (db: Queryable, after: string, limit: number): Promise<readonly SignalToCheck[]> =>
  db.query<SignalToCheck>(
    `with last as (
       select distinct on (id) * from catalog.quality_signal where id > $1 order by id, recorded_from desc limit $2)
     select l.id, l.digest, jsonb_build_object('column_name', l.column_name, 'column_no', l.column_no::text, 'name', l.name, 'kind', l.kind,
         'severity', l.severity, 'description', l.description, 'criteria', l.criteria) as says,
       exists (select from kernel.audit_event e where e.aggregate_id = 'quality/' || a.id and e.recorded_at = l.recorded_from)
         and (l.recorded_to = 'infinity' or exists (
           select from kernel.audit_event e where e.aggregate_id = 'quality/' || a.id and e.recorded_at = l.recorded_to)) as "isTold"
     from last l left join catalog.asset a on a.no = l.dataset_no order by l.id`,
    [after, limit],
    'catalog_reconcile_signals',
  );

export interface JobToCheck {
  readonly id: string;
  readonly said: LastSaid;
  readonly facts: Readonly<Record<string, string | null>>;
  readonly hasEvent: boolean;
}

export const jobsAfter = (db: Queryable, after: string, limit: number): Promise<readonly JobToCheck[]> =>
  db.query<JobToCheck>(
    `select j.id, j.said, json_build_object('description', j.description, 'sql', j.sql, 'sqlDialect', j.sql_dialect,
         'integration', j.integration, 'processingType', j.processing_type, 'jobType', j.job_type) as facts,
       exists (select from kernel.aggregate g where g.id = j.id) or exists (
         select from catalog.job_run r join kernel.aggregate g on g.id = r.id where r.job_id = j.id) as "hasEvent"
     from catalog.job j where j.id > $1 order by j.id limit $2`,
    [after, limit],
    'catalog_reconcile_jobs',
  );

export interface RunToCheck {
  readonly id: string;
  readonly state: RunState;
  readonly recordedAt: Instant;
}

export const runsAfter = (db: Queryable, after: string, limit: number): Promise<readonly RunToCheck[]> =>
  db.query<RunToCheck>(
    'select id, state, recorded_at as "recordedAt" from catalog.job_run where id > $1 order by id limit $2',
    [after, limit],
    'catalog_reconcile_runs',
  );
