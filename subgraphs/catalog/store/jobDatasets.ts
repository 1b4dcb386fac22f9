import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { JobRole } from '../domain/job.ts';
import type { Neighbours } from './visibleNumbers.ts';

/** That a job reads or writes a dataset. */
export interface JobDataset {
  readonly jobId: string;
  readonly no: No;
  readonly role: JobRole;
}

/** Makes these what jobs read and write: what they do not touch any more ends now. */
export async function replaceJobDatasets(tx: Tx, jobIds: readonly string[], rows: readonly JobDataset[]): Promise<void> {
  if (jobIds.length === 0) return;
  const said = JSON.stringify(rows);
  await tx.query(
    `update catalog.job_dataset d set recorded_to = $3
     where d.job_id = any($1) and d.recorded_to = 'infinity'
       and not exists (select from json_to_recordset($2) as n("jobId" text, no bigint, role text)
         where n."jobId" = d.job_id and n.no = d.asset_no and n.role = d.role)`,
    [jobIds, said, tx.now],
    'catalog_close_job_datasets',
  );
  await tx.query(
    `insert into catalog.job_dataset (job_id, asset_no, role, recorded_from)
     select "jobId", no, role, $2 from json_to_recordset($1) as n("jobId" text, no bigint, role text)
     where exists (select from catalog.job j where j.id = n."jobId")
     on conflict (job_id, role, asset_no) where recorded_to = 'infinity' do nothing`,
    [said, tx.now],
    'catalog_open_job_datasets',
  );
}

/** Ends what jobs did with datasets that are gone. */
export async function closeJobsOfDatasets(tx: Tx, datasetNos: readonly No[]): Promise<void> {
  if (datasetNos.length === 0) return;
  await tx.query(
    `update catalog.job_dataset set recorded_to = $2 where asset_no = any($1::bigint[]) and recorded_to = 'infinity'`,
    [datasetNos, tx.now],
    'catalog_close_jobs_of_datasets',
  );
}

const inForce = (at: Instant | null, place: number): string =>
  at === null ? `d.recorded_to = 'infinity'` : `d.recorded_from <= $${place} and d.recorded_to > $${place}`;
const atName = (name: string, at: Instant | null): string => (at === null ? name : `${name}_at`);
const atValue = (at: Instant | null): readonly unknown[] => (at === null ? [] : [at]);

/** Jobs that read or write datasets, in the order of numbers and jobs. */
export const jobsAround = (
  db: Queryable,
  nos: readonly No[],
  role: JobRole,
  limit: number,
  at: Instant | null,
): Promise<readonly JobDataset[]> =>
  db.query<JobDataset>(
    `select d.job_id as "jobId", d.asset_no as no, d.role from catalog.job_dataset d
     where d.asset_no = any($1::bigint[]) and d.role = $2 and ${inForce(at, 4)} order by d.asset_no, d.job_id limit $3`,
    [nos, role, limit, ...atValue(at)],
    atName('catalog_jobs_around', at),
  );

/** What jobs do with datasets, among both. */
export const jobDatasetsAmong = (
  db: Queryable,
  jobIds: readonly string[],
  nos: readonly No[],
  limit: number,
  at: Instant | null,
): Promise<readonly { readonly id: string }[]> =>
  db.query(
    `select d.id::text from catalog.job_dataset d
     where d.job_id = any($1) and d.asset_no = any($2::bigint[]) and ${inForce(at, 4)} order by d.id limit $3`,
    [jobIds, nos, limit, ...atValue(at)],
    atName('catalog_job_datasets_among', at),
  );

export interface JobDatasetRow extends JobDataset {
  readonly id: string;
  readonly since: Instant;
  readonly namespace: string;
  readonly name: string;
}

export const jobDatasetsById = (db: Queryable, ids: readonly string[]): Promise<readonly JobDatasetRow[]> =>
  db.query<JobDatasetRow>(
    `select d.id::text, d.job_id as "jobId", d.asset_no as no, d.role, d.recorded_from as since, j.namespace, j.name
     from catalog.job_dataset d join catalog.job j on j.id = d.job_id where d.id = any($1::bigint[])`,
    [ids],
    'catalog_job_datasets_by_id',
  );

export interface TouchPage<K> {
  readonly after: K | null;
  readonly count: number;
}

/** Visible datasets that a job reads or writes, in the order of their numbers. */
export const datasetsOfJob = (
  db: Queryable,
  { jobId, role }: Pick<JobDataset, 'jobId' | 'role'>,
  { after, count }: TouchPage<No>,
  bitmap: Bitmap,
  at: Instant | null,
): Promise<readonly { readonly no: No; readonly since: Instant }[]> =>
  db.query(
    `select d.asset_no as no, d.recorded_from as since from catalog.job_dataset d join kernel.resource r on r.no = d.asset_no
     where d.job_id = $2 and d.role = $3 and d.asset_no > $4::bigint and kernel.may_see($1, r.acl_id) and ${inForce(at, 6)}
     order by d.asset_no limit $5`,
    [bitmap, jobId, role, after ?? '0', count, ...atValue(at)],
    atName('catalog_datasets_of_job', at),
  );

/** Jobs that read or write one dataset, in the order of their ids. Whoever may see the dataset may see them. */
export const jobsOfDataset = (
  db: Queryable,
  { no, role }: Pick<JobDataset, 'no' | 'role'>,
  { after, count }: TouchPage<string>,
  at: Instant | null,
): Promise<readonly { readonly jobId: string; readonly since: Instant }[]> =>
  db.query(
    `select d.job_id as "jobId", d.recorded_from as since from catalog.job_dataset d
     where d.asset_no = $1::bigint and d.role = $2 and d.job_id > $3 and ${inForce(at, 5)} order by d.job_id limit $4`,
    [no, role, after ?? '', count, ...atValue(at)],
    atName('catalog_jobs_of_dataset', at),
  );

/** How many visible datasets jobs read and write. */
export async function jobNeighbours(
  db: Queryable,
  jobIds: readonly string[],
  bitmap: Bitmap,
  at: Instant | null,
): Promise<ReadonlyMap<string, Neighbours>> {
  const rows = await db.query<Neighbours & { readonly id: string }>(
    `select d.job_id as id, (count(*) filter (where d.role = 'INPUT'))::int as upstream,
       (count(*) filter (where d.role = 'OUTPUT'))::int as downstream
     from catalog.job_dataset d join kernel.resource r on r.no = d.asset_no
     where d.job_id = any($2) and kernel.may_see($1, r.acl_id) and ${inForce(at, 3)} group by 1`,
    [bitmap, jobIds, ...atValue(at)],
    atName('catalog_job_neighbours', at),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** How many jobs write and read datasets, and how many visible assets lie next to them without a job. */
export async function neighboursAcrossJobs(
  db: Queryable,
  nos: readonly No[],
  bitmap: Bitmap,
  at: Instant | null,
): Promise<ReadonlyMap<No, Neighbours>> {
  const current = at === null ? `e.recorded_to = 'infinity'` : 'e.recorded_from <= $3 and e.recorded_to > $3';
  const jobs = (role: JobRole): string =>
    `(select count(*) from catalog.job_dataset d where d.asset_no = n.no and d.role = '${role}' and ${inForce(at, 3)})`;
  const assets = (here: string, there: string): string =>
    `(select count(distinct e.${there}) from catalog.lineage_edge e join kernel.resource r on r.no = e.${there}
      where e.${here} = n.no and e.level = 0 and ${current} and not (e.origin = 'OPENLINEAGE' and e.evidence ? 'jobId')
        and kernel.may_see($1, r.acl_id))`;
  const rows = await db.query<Neighbours & { readonly no: No }>(
    `select n.no::text as no, (${jobs('OUTPUT')} + ${assets('target_no', 'source_no')})::int as upstream,
       (${jobs('INPUT')} + ${assets('source_no', 'target_no')})::int as downstream
     from unnest($2::bigint[]) as n(no)`,
    [bitmap, nos, ...atValue(at)],
    atName('catalog_neighbours_across_jobs', at),
  );
  return new Map(rows.map((row) => [row.no, row]));
}
