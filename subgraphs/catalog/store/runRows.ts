import type { Queryable } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Run, RunState } from '../domain/job.ts';
import { type JobRights, rightsValues, SEES_JOB, SEES_SQL } from './jobRights.ts';

const FIELDS = `r.id, r.job_id as "jobId", r.run_id as "runId", r.state, r.started_at as "startedAt", r.ended_at as "endedAt",
  r.last_event_at as "lastEventAt", r.nominal_start_at as "nominalStartAt", r.nominal_end_at as "nominalEndAt",
  case when r.error_message is not null and ${SEES_SQL} then r.error_message end as "errorMessage",
  (select p.id from catalog.job k join catalog.job_run p on p.job_id = k.id and md5(p.run_id) = md5(r.parent_run_id) and p.run_id = r.parent_run_id
   where k.namespace = r.parent_job_namespace and md5(k.name) = md5(r.parent_job_name) and k.name = r.parent_job_name and p.id <> r.id) as "parentId"`;
const FROM = `from catalog.job_run r join catalog.job j on j.id = r.job_id`;

/** Of runs by their ids, those of visible jobs. */
export const runsById = (db: Queryable, ids: readonly string[], rights: JobRights): Promise<readonly Run[]> =>
  db.query<Run>(
    `select ${FIELDS} ${FROM} where r.id = any($3) and ${SEES_JOB}`,
    [...rightsValues(rights), ids],
    'catalog_runs_by_id',
  );

export interface RunPage {
  readonly after: readonly [Instant, string] | null;
  readonly count: number;
}

/** Runs of a visible job, of which something was heard last first. */
export const runsOf = (
  db: Queryable,
  jobId: string,
  state: RunState | null,
  { after, count }: RunPage,
  rights: JobRights,
): Promise<readonly Run[]> =>
  db.query<Run>(
    `select ${FIELDS} ${FROM}
     where r.job_id = $3 and ($5::text is null or r.state = $5)
       ${after === null ? '' : 'and (r.last_event_at, r.id) < ($6::timestamptz, $7::text)'} and ${SEES_JOB}
     order by r.last_event_at desc, r.id desc limit $4`,
    [...rightsValues(rights), jobId, count, state, ...(after ?? [])],
    after === null ? 'catalog_runs_of_job' : 'catalog_runs_of_job_after',
  );

/** The last run of each job. */
export const lastRuns = (db: Queryable, jobIds: readonly string[], rights: JobRights): Promise<readonly Run[]> =>
  db.query<Run>(
    `select ${FIELDS} from unnest($3::text[]) as asked(id)
     cross join lateral (select l.id from catalog.job_run l where l.job_id = asked.id order by l.last_event_at desc, l.id desc limit 1) as last
     join catalog.job_run r on r.id = last.id join catalog.job j on j.id = r.job_id where ${SEES_JOB}`,
    [...rightsValues(rights), jobIds],
    'catalog_last_runs',
  );
