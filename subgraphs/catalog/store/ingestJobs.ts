import type { LastSaid } from '../../../lineage/openlineage/newest.ts';
import type { Named, Statement } from '../../../lineage/openlineage/statement.ts';
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

/** Finds or makes a job and locks it: events of one job take effect one after another. */
export async function lockJob(tx: Tx, { namespace, name }: Named, newId: string): Promise<StoredJob> {
  const made = await tx.query(
    `insert into catalog.job (id, namespace, name, first_seen_at, recorded_at) values ($1, $2, $3, $4, $4)
     on conflict do nothing returning id`,
    [newId, namespace, name, tx.now],
    'catalog_new_job',
  );
  const [job] = await tx.query<Omit<StoredJob, 'isNew'>>(
    `select id, said, stated_at as "statedAt", statement, claims_digest as "claimsDigest" from catalog.job
     where namespace = $1 and md5(name) = md5($2) and name = $2 for update`,
    [namespace, name],
    'catalog_lock_job',
  );
  if (job === undefined) throw new Error('A job that was made is not there.');
  return { ...job, isNew: made.length > 0 };
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

export async function writeJob(tx: Tx, job: Omit<StoredJob, 'isNew'>, facts: JobFacts): Promise<void> {
  await tx.query(
    `update catalog.job set said = $2, stated_at = $3, statement = $4, description = $5, sql = $6, sql_dialect = $7,
       integration = $8, processing_type = $9, job_type = $10, owners = $11, recorded_at = $12 where id = $1`,
    [
      job.id,
      JSON.stringify(job.said),
      job.statedAt,
      job.statement === null ? null : JSON.stringify(job.statement),
      facts.description,
      facts.sql,
      facts.sqlDialect,
      facts.integration,
      facts.processingType,
      facts.jobType,
      JSON.stringify(facts.owners),
      tx.now,
    ],
    'catalog_write_job',
  );
}

export async function setClaimsDigest(tx: Tx, jobId: string, digest: string): Promise<void> {
  await tx.query('update catalog.job set claims_digest = $2 where id = $1', [jobId, digest], 'catalog_set_claims_digest');
}

export interface JobToTell extends Named {
  readonly id: string;
}

const TOUCHING = `with numbers as (
     select $1::bigint as no union all select no from catalog.asset_column where dataset_no = $1::bigint),
   touching as (
     select e.evidence from numbers n join catalog.lineage_edge e on e.source_no = n.no
     where e.recorded_to = 'infinity' and e.origin = 'OPENLINEAGE'
     union all
     select e.evidence from numbers n join catalog.lineage_edge e on e.target_no = n.no
     where e.recorded_to = 'infinity' and e.origin = 'OPENLINEAGE')`;

/** Jobs whose lineage touches a dataset or its columns now, in the order of their ids. */
export const jobsThatTouch = (db: Queryable, datasetNo: No): Promise<readonly JobToTell[]> =>
  db.query<JobToTell>(
    `${TOUCHING} select id, namespace, name from catalog.job where id in (select evidence ->> 'jobId' from touching) order by id`,
    [datasetNo],
    'catalog_jobs_that_touch',
  );

/** Datasets whose own lineage, said without a job, touches a dataset or its columns now. */
export async function tellersThatTouch(db: Queryable, datasetNo: No): Promise<readonly No[]> {
  const rows = await db.query<{ no: No }>(
    `${TOUCHING} select distinct evidence ->> 'datasetNo' as no from touching where evidence ? 'datasetNo' order by 1`,
    [datasetNo],
    'catalog_tellers_that_touch',
  );
  return rows.map(({ no }) => no);
}

/** What a job states by its design, as a run that was complete when that was said. */
export async function designOf(db: Queryable, jobId: string): Promise<Pick<StoredJob, 'statedAt' | 'statement'> | null> {
  const [design] = await db.query<Pick<StoredJob, 'statedAt' | 'statement'>>(
    'select stated_at as "statedAt", statement from catalog.job where id = $1 and statement is not null',
    [jobId],
    'catalog_design_of_job',
  );
  return design ?? null;
}
