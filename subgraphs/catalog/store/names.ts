import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/**
 * Finds an asset by a written name: the canonical form of the platform's case rule first, then the exact dotted name
 * that events carry.
 */
export async function assetNumber(
  db: Queryable,
  kind: 'container' | 'dataset',
  namespace: string,
  written: { readonly name: string; readonly canonical: string },
): Promise<No | null> {
  const [row] = await db.query<{ no: No }>(
    `select no from catalog.asset
     where namespace = $1 and kind = $2
       and ((md5(canonical) = md5($3) and canonical = $3) or (md5(name) = md5($4) and name = $4))
     order by (canonical = $3) desc, no limit 1`,
    [namespace, kind, written.canonical, written.name],
    'catalog_asset_number',
  );
  return row?.no ?? null;
}

/** The platform of a namespace decides by which rule its names are read. */
export async function platformOf(db: Queryable, namespace: string): Promise<string | null> {
  const [row] = await db.query<{ platform: string }>(
    'select platform from catalog.asset where namespace = $1 limit 1',
    [namespace],
    'catalog_platform_of',
  );
  return row?.platform ?? null;
}

/** Finds a column of a dataset by its canonical or exact name; one in service before one that is gone. */
export async function columnNumber(
  db: Queryable,
  datasetNo: No,
  written: { readonly name: string; readonly canonical: string },
): Promise<No | null> {
  const [row] = await db.query<{ no: No }>(
    `select no from catalog.asset_column where dataset_no = $1 and (canonical = $2 or name = $3)
     order by (state = 'present') desc, (canonical = $2) desc limit 1`,
    [datasetNo, written.canonical, written.name],
    'catalog_column_number',
  );
  return row?.no ?? null;
}

/** The datasets that columns belong or belonged to. */
export async function datasetsOfColumns(
  db: Queryable,
  key: 'no' | 'id',
  keys: readonly string[],
): Promise<ReadonlyMap<string, { readonly no: No; readonly datasetNo: No }>> {
  const rows = await db.query<{ key: string; no: No; datasetNo: No }>(
    `select ${key}::text as key, no, dataset_no as "datasetNo" from catalog.asset_column where ${key} = any($1::${key === 'no' ? 'bigint' : 'text'}[])`,
    [keys],
    `catalog_datasets_of_columns_by_${key}`,
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Numbers of assets by their ids. */
export async function numbersOfIds(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, No>> {
  const rows = await db.query<{ id: string; no: No }>(
    'select id, no from catalog.asset where id = any($1)',
    [ids],
    'catalog_numbers_of_ids',
  );
  return new Map(rows.map((row) => [row.id, row.no]));
}
