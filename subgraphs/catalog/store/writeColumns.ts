import { groupBy } from '../../../kernel/groupBy.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { KnownColumn } from '../domain/columnDiff.ts';

/** A row of a column as a crawl writes it. */
export interface ColumnRow {
  readonly no: No;
  readonly id: string;
  readonly dataset_no: No;
  readonly name: string;
  readonly canonical: string;
  readonly ordinal: number;
  readonly native_type: string;
  readonly nullable: boolean;
  readonly default_value: string | null;
  readonly generated_as: string | null;
  readonly description: string | null;
}

/** Every column that the datasets have or once had. */
export async function knownColumns(db: Queryable, datasetNos: readonly No[]): Promise<ReadonlyMap<No, readonly KnownColumn[]>> {
  if (datasetNos.length === 0) return new Map();
  const rows = await db.query<KnownColumn & { readonly datasetNo: No }>(
    `select no, dataset_no as "datasetNo", canonical, name, ordinal, native_type as "nativeType", nullable,
       default_value as "defaultValue", generated_as as "generatedAs", description, state
     from catalog.asset_column where dataset_no = any($1::bigint[]) order by dataset_no, ordinal`,
    [datasetNos],
    'catalog_known_columns',
  );
  return groupBy(rows, (row) => row.datasetNo);
}

/** Inserts new columns and overwrites known ones. The id of a known column stays. */
export async function upsertColumns(tx: Tx, rows: readonly ColumnRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into catalog.asset_column (no, id, dataset_no, name, canonical, ordinal, native_type, nullable, default_value,
       generated_as, description, state, first_seen_at, recorded_at)
     select no, id, dataset_no, name, canonical, ordinal, native_type, nullable, default_value,
       generated_as, description, 'present', $2, $2
     from json_to_recordset($1) as r(no bigint, id text, dataset_no bigint, name text, canonical text, ordinal int,
       native_type text, nullable boolean, default_value text, generated_as text, description text)
     on conflict (no) do update set name = excluded.name, ordinal = excluded.ordinal, native_type = excluded.native_type,
       nullable = excluded.nullable, default_value = excluded.default_value, generated_as = excluded.generated_as,
       description = excluded.description, state = 'present', recorded_at = excluded.recorded_at`,
    [JSON.stringify(rows), tx.now],
    'catalog_upsert_columns',
  );
}

export async function removeColumns(tx: Tx, nos: readonly No[]): Promise<void> {
  if (nos.length === 0) return;
  await tx.query(
    `update catalog.asset_column set state = 'removed', recorded_at = $2 where no = any($1::bigint[])`,
    [nos, tx.now],
    'catalog_remove_columns',
  );
}
