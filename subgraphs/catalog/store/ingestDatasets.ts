import type { LastSaid } from '../../../lineage/openlineage/newest.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { AssetState, No } from '../domain/asset.ts';

/** A dataset as ingestion finds it. */
export interface KnownDataset {
  readonly no: No;
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly platform: string;
  /** False for a dataset that is known from lineage alone. */
  readonly isCrawled: boolean;
  readonly description: string | null;
  readonly state: AssetState;
  readonly said: LastSaid;
}

/** Locks datasets in the order of their numbers and says what events said of them so far. */
export async function lockDatasets(tx: Tx, nos: readonly No[]): Promise<ReadonlyMap<No, KnownDataset>> {
  const rows = await tx.query<KnownDataset>(
    `select a.no, a.id, a.namespace, a.name, a.platform, a.source_id is not null as "isCrawled", a.description, a.state,
       coalesce(s.said, '{}') as said
     from catalog.asset a left join catalog.dataset_said s on s.asset_no = a.no
     where a.no = any($1::bigint[]) order by a.no for update of a`,
    [nos],
    'catalog_lock_datasets',
  );
  return new Map(rows.map((row) => [row.no, row]));
}

export async function writeSaid(tx: Tx, rows: readonly { readonly no: No; readonly said: LastSaid }[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into catalog.dataset_said (asset_no, said, recorded_at)
     select no, said, $2 from json_to_recordset($1) as r(no bigint, said jsonb)
     on conflict (asset_no) do update set said = excluded.said, recorded_at = excluded.recorded_at`,
    [JSON.stringify(rows), tx.now],
    'catalog_write_said',
  );
}

/** Forgets what was said of datasets that another one has absorbed, with what was said of them. */
export async function forgetSaid(tx: Tx, nos: readonly No[]): Promise<void> {
  if (nos.length === 0) return;
  await tx.query('delete from catalog.dataset_said where asset_no = any($1::bigint[])', [nos], 'catalog_forget_said');
}

/** Sets what events say of datasets that no crawl describes. */
export async function describeUncrawled(
  tx: Tx,
  rows: readonly { readonly no: No; readonly description: string | null }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `update catalog.asset a set description = r.description from json_to_recordset($1) as r(no bigint, description text)
     where a.no = r.no and a.source_id is null`,
    [JSON.stringify(rows)],
    'catalog_describe_uncrawled',
  );
}

/** Which of these datasets are in service, or were dropped while they were: not those that another dataset has absorbed. */
export async function absorbableAmong(db: Queryable, nos: readonly No[]): Promise<ReadonlySet<No>> {
  if (nos.length === 0) return new Set();
  const rows = await db.query<{ no: No }>(
    `select a.no from catalog.asset a where a.no = any($1::bigint[]) and (a.state = 'present'
       or exists (select from catalog.dataset_said s where s.asset_no = a.no and s.said ? 'dropped'))`,
    [nos],
    'catalog_absorbable_among',
  );
  return new Set(rows.map(({ no }) => no));
}

/** Takes datasets out of service that only events had made. */
export async function removeUncrawled(tx: Tx, nos: readonly No[]): Promise<void> {
  await tx.query(
    `update catalog.asset set state = 'removed' where no = any($1::bigint[]) and source_id is null`,
    [nos],
    'catalog_remove_uncrawled',
  );
}

/** Puts datasets back into service that only events speak of. */
export async function returnUncrawled(tx: Tx, nos: readonly No[]): Promise<void> {
  if (nos.length === 0) return;
  await tx.query(
    `update catalog.asset set state = 'present', missing_since = null where no = any($1::bigint[]) and source_id is null`,
    [nos],
    'catalog_return_uncrawled',
  );
}

/** What was said of datasets that nobody crawls and that were dropped at some time. */
export async function saidOfDropped(db: Queryable, nos: readonly No[]): Promise<ReadonlyMap<No, LastSaid>> {
  if (nos.length === 0) return new Map();
  const rows = await db.query<{ no: No; said: LastSaid }>(
    `select s.asset_no as no, s.said from catalog.dataset_said s join catalog.asset a on a.no = s.asset_no
     where s.asset_no = any($1::bigint[]) and s.said ? 'dropped' and a.source_id is null`,
    [nos],
    'catalog_said_of_dropped',
  );
  return new Map(rows.map(({ no, said }) => [no, said]));
}

/** Counts the columns of datasets whose columns have changed. */
export async function countColumns(tx: Tx, nos: readonly No[]): Promise<void> {
  if (nos.length === 0) return;
  await tx.query(
    `update catalog.asset a set column_count =
       (select count(*) from catalog.asset_column c where c.dataset_no = a.no and c.state = 'present')
     where a.no = any($1::bigint[])`,
    [nos],
    'catalog_count_columns',
  );
}

/** Which columns of datasets have an edge now. */
export async function linkedColumns(db: Queryable, datasetNos: readonly No[]): Promise<ReadonlySet<No>> {
  const rows = await db.query<{ no: No }>(
    `select c.no from catalog.asset_column c where c.dataset_no = any($1::bigint[]) and c.state = 'present'
       and (exists (select from catalog.lineage_edge e where e.source_no = c.no and e.recorded_to = 'infinity')
         or exists (select from catalog.lineage_edge e where e.target_no = c.no and e.recorded_to = 'infinity'))`,
    [datasetNos],
    'catalog_linked_columns',
  );
  return new Set(rows.map(({ no }) => no));
}

/** Columns with an edge of these pieces of evidence now, with their datasets. */
export const columnsOfEvidence = async (
  db: Queryable,
  evidenceKeys: readonly string[],
): Promise<readonly { readonly no: No; readonly datasetNo: No }[]> =>
  evidenceKeys.length === 0
    ? []
    : db.query(
        `select distinct c.no, c.dataset_no as "datasetNo" from catalog.lineage_edge e
         cross join lateral (values (e.source_no), (e.target_no)) as ends(no)
         join catalog.asset_column c on c.no = ends.no
         where e.evidence_key = any($1) and e.recorded_to = 'infinity' and e.level = 1`,
        [evidenceKeys],
        'catalog_columns_of_evidence',
      );
