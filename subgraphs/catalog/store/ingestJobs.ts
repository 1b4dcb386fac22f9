import type { LastSaid } from '../../../lineage/openlineage/newest.ts';
import { type Named, namedKey, type Statement } from '../../../lineage/openlineage/statement.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';

/** A job as ingestion knows it. */
export interface StoredJob {
  readonly id: string;
  readonly isNew: boolean;
  readonly said: LastSaid;
  readonly statedAt: Instant | null;
  readonly statement: Statement | null;
  readonly claimsDigest: string | null;
}

/** Finds or makes jobs and locks them, by key of their names: events of one job take effect one after another. */
export async function lockJobs(
  tx: Tx,
  jobs: readonly (Named & { readonly newId: string })[],
): Promise<ReadonlyMap<string, StoredJob>> {
  if (jobs.length === 0) return new Map();
  const asked = JSON.stringify(jobs);
  const made = await tx.query<{ id: string }>(
    `insert into catalog.job (id, namespace, name, first_seen_at, recorded_at)
     select "newId", namespace, name, $2, $2 from json_to_recordset($1) as j("newId" text, namespace text, name text)
     order by namespace, name on conflict do nothing returning id`,
    [asked, tx.now],
    'catalog_new_jobs',
  );
  const isNew = new Set(made.map(({ id }) => id));
  const rows = await tx.query<Omit<StoredJob, 'isNew'> & Named>(
    `select j.id, j.namespace, j.name, j.said, j.stated_at as "statedAt", j.statement, j.claims_digest as "claimsDigest"
     from json_to_recordset($1) as n(namespace text, name text)
     join catalog.job j on j.namespace = n.namespace and md5(j.name) = md5(n.name) and j.name = n.name
     order by j.id for update of j`,
    [asked],
    'catalog_lock_jobs',
  );
  return new Map(
    rows.map(({ namespace, name, ...job }) => [namedKey({ namespace, name }), { ...job, isNew: isNew.has(job.id) }]),
  );
}

export interface JobFacts {
  readonly description: string | null;
  readonly sql: string | null;
  readonly sqlDialect: string | null;
  readonly integration: string | null;
  readonly processingType: string | null;
  readonly jobType: string | null;
  readonly owners: readonly { readonly principalId: string; readonly role: string; readonly external: string }[];
}

export async function writeJobs(
  tx: Tx,
  jobs: readonly (Pick<StoredJob, 'id' | 'said' | 'statedAt' | 'statement'> & JobFacts)[],
): Promise<void> {
  if (jobs.length === 0) return;
  await tx.query(
    `update catalog.job j set said = r.said, stated_at = r."statedAt", statement = r.statement, description = r.description,
       sql = r.sql, sql_dialect = r."sqlDialect", integration = r.integration, processing_type = r."processingType",
       job_type = r."jobType", owners = r.owners, recorded_at = $2
     from json_to_recordset($1) as r(id text, said jsonb, "statedAt" timestamptz, statement jsonb, description text, sql text,
       "sqlDialect" text, integration text, "processingType" text, "jobType" text, owners jsonb)
     where j.id = r.id`,
    [JSON.stringify(jobs.map(({ statement, ...job }) => ({ ...job, ...(statement !== null && { statement }) }))), tx.now],
    'catalog_write_jobs',
  );
}

export async function setClaimsDigests(tx: Tx, jobs: readonly { readonly id: string; readonly digest: string }[]): Promise<void> {
  if (jobs.length === 0) return;
  await tx.query(
    `update catalog.job j set claims_digest = r.digest from json_to_recordset($1) as r(id text, digest text)
     where j.id = r.id and j.claims_digest is distinct from r.digest`,
    [JSON.stringify(jobs)],
    'catalog_set_claims_digests',
  );
}

/** A job with what it states by its design. */
export interface JobToTell extends Named, Pick<StoredJob, 'id' | 'statedAt' | 'statement'> {}

const TOUCHING = `with numbers as (
     select unnest($1::bigint[]) as no union all select no from catalog.asset_column where dataset_no = any($1::bigint[])),
   touching as (
     select e.evidence from numbers n join catalog.lineage_edge e on e.source_no = n.no
     where e.recorded_to = 'infinity' and e.origin = 'OPENLINEAGE'
     union all
     select e.evidence from numbers n join catalog.lineage_edge e on e.target_no = n.no
     where e.recorded_to = 'infinity' and e.origin = 'OPENLINEAGE')`;

/** Jobs whose lineage touches these datasets or their columns now, in the order of their ids. */
export const jobsThatTouch = (db: Queryable, datasetNos: readonly No[]): Promise<readonly JobToTell[]> =>
  db.query<JobToTell>(
    `${TOUCHING} select id, namespace, name, stated_at as "statedAt", statement from catalog.job
     where id in (
       select evidence ->> 'jobId' from touching
       union
       select job_id from catalog.job_dataset where asset_no = any($1::bigint[]) and recorded_to = 'infinity')
     order by id`,
    [datasetNos],
    'catalog_jobs_that_touch',
  );

/** Datasets whose own lineage, said without a job, touches these datasets or their columns now. */
export async function tellersThatTouch(db: Queryable, datasetNos: readonly No[]): Promise<readonly No[]> {
  const rows = await db.query<{ no: No }>(
    `${TOUCHING} select distinct evidence ->> 'datasetNo' as no from touching where evidence ? 'datasetNo' order by 1`,
    [datasetNos],
    'catalog_tellers_that_touch',
  );
  return rows.map(({ no }) => no);
}
