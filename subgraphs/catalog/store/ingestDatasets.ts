import type { LastSaid } from '../../../lineage/openlineage/newest.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

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
  readonly said: LastSaid;
}

/** Locks datasets in the order of their numbers and says what events said of them so far. */
export async function lockDatasets(tx: Tx, nos: readonly No[]): Promise<ReadonlyMap<No, KnownDataset>> {
  const rows = await tx.query<KnownDataset>(
    `select a.no, a.id, a.namespace, a.name, a.platform, a.source_id is not null as "isCrawled", a.description, coalesce(s.said, '{}') as said
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

/** Which of these datasets are in service. */
export async function presentAmong(db: Queryable, nos: readonly No[]): Promise<ReadonlySet<No>> {
  if (nos.length === 0) return new Set();
  const rows = await db.query<{ no: No }>(
    `select no from catalog.asset where no = any($1::bigint[]) and state = 'present'`,
    [nos],
    'catalog_present_among',
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

/** Columns with an edge of one piece of evidence now, with their datasets. */
export const columnsOfEvidence = (
  db: Queryable,
  evidenceKey: string,
): Promise<readonly { readonly no: No; readonly datasetNo: No }[]> =>
  db.query(
    `select distinct c.no, c.dataset_no as "datasetNo" from catalog.lineage_edge e
     cross join lateral (values (e.source_no), (e.target_no)) as ends(no)
     join catalog.asset_column c on c.no = ends.no
     where e.evidence_key = $1 and e.recorded_to = 'infinity' and e.level = 1`,
    [evidenceKey],
    'catalog_columns_of_evidence',
  );
