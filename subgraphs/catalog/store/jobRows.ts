import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Job } from '../domain/job.ts';
import { type JobRights, rightsValues, SEES_DESCRIPTION, SEES_JOB, SEES_SQL } from './jobRights.ts';

/** Of jobs by their ids, those that the caller may see. */
export const jobsById = (db: Queryable, ids: readonly string[], rights: JobRights): Promise<readonly Job[]> =>
  db.query<Job>(
    `select j.id, j.namespace, j.name, case when j.description is not null and ${SEES_DESCRIPTION} then j.description end as description,
       case when j.sql is not null and ${SEES_SQL} then j.sql end as sql, j.sql_dialect as "sqlDialect", j.integration,
       j.processing_type as "processingType", j.job_type as "jobType", j.owners, j.first_seen_at as "firstSeenAt"
     from catalog.job j where j.id = any($3) and ${SEES_JOB}`,
    [...rightsValues(rights), ids],
    'catalog_jobs_by_id',
  );

/** The id of a job by its name; null when nobody has heard of it. */
export async function jobIdByName(db: Queryable, namespace: string, name: string): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    'select id from catalog.job where namespace = $1 and md5(name) = md5($2) and name = $2',
    [namespace, name],
    'catalog_job_by_name',
  );
  return row?.id ?? null;
}

export interface ListedJob {
  readonly id: string;
  /** The first 200 characters of the name: what the list is ordered by. */
  readonly name: string;
}

export interface JobListFilter {
  readonly namespace: string | null;
  readonly namePrefix: string | null;
}

/** Visible jobs in the order of their names, after a name and id. */
export function listJobs(
  db: Queryable,
  { namespace, namePrefix }: JobListFilter,
  { after, count }: { readonly after: readonly [string, string] | null; readonly count: number },
  bitmap: Bitmap,
): Promise<readonly ListedJob[]> {
  const values: unknown[] = [bitmap, count];
  const place = (value: unknown): string => `$${values.push(value)}`;
  // One plan for each shape, so that a page begins where the index says.
  const parts = [
    ...(namespace === null ? [] : [['namespace', `j.namespace = ${place(namespace)}`] as const]),
    ...(namePrefix === null ? [] : [['prefix', `starts_with(j.name, ${place(namePrefix)})`] as const]),
    ...(after === null
      ? []
      : [['after', `(left(j.name, 200), j.id) > (${place(after[0])}::text, ${place(after[1])}::text)`] as const]),
  ];
  return db.query<ListedJob>(
    `select j.id, left(j.name, 200) as name from catalog.job j
     where ${[...parts.map(([, condition]) => condition), SEES_JOB].join(' and ')} order by left(j.name, 200), j.id limit $2`,
    values,
    ['catalog_list_jobs', ...parts.map(([name]) => name)].join('_'),
  );
}
