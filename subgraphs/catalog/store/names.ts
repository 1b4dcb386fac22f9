import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** A written name of an asset: as it stands, and in the canonical form of its platform's case rule. */
export interface WrittenAsset {
  readonly kind: 'container' | 'dataset';
  readonly namespace: string;
  readonly name: string;
  readonly canonical: string;
}

/**
 * Numbers of assets by the places of their written names. The exact dotted name goes first, because our own URNs carry it:
 * on PostgreSQL `shop.public.Orders` means the table `"Orders"` where there is one, and otherwise `orders`.
 */
export async function assetNumbers(db: Queryable, written: readonly WrittenAsset[]): Promise<ReadonlyMap<number, No>> {
  const rows = await db.query<{ place: number; no: No }>(
    `select w.place::int - 1 as place, found.no
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as w(namespace, kind, name, canonical, place)
     cross join lateral (
       (select no, 0 as way from catalog.asset
        where namespace = w.namespace and kind = w.kind and md5(name) = md5(w.name) and name = w.name
        order by (canonical = w.canonical) desc, no limit 1)
       union all
       select no, 1 from catalog.asset
       where namespace = w.namespace and kind = w.kind and md5(canonical) = md5(w.canonical) and canonical = w.canonical
       order by way limit 1) found`,
    [
      written.map(({ namespace }) => namespace),
      written.map(({ kind }) => kind),
      written.map(({ name }) => name),
      written.map(({ canonical }) => canonical),
    ],
    'catalog_asset_numbers',
  );
  return new Map(rows.map((row) => [row.place, row.no]));
}

/** The platforms of namespaces decide by which rules their names are read. */
export async function platformsOf(db: Queryable, namespaces: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ namespace: string; platform: string }>(
    // In the order of an index: without an order, a namespace that is not there has the whole table read.
    `select w.namespace, a.platform from unnest($1::text[]) as w(namespace)
     cross join lateral (
       select platform from catalog.asset where namespace = w.namespace order by namespace, kind, md5(canonical) limit 1) a`,
    [namespaces],
    'catalog_platforms_of',
  );
  return new Map(rows.map((row) => [row.namespace, row.platform]));
}

/** A written name of a column: as it stands, and in both canonical forms, as an exact name and as one of any spelling. */
export interface WrittenColumn {
  readonly datasetNo: No;
  readonly name: string;
  readonly exact: string;
  readonly canonical: string;
}

/**
 * Numbers of columns by the places of their written names: one in service before one that is gone, and of those the one
 * that is spelled so before another spelling.
 */
export async function columnNumbers(db: Queryable, written: readonly WrittenColumn[]): Promise<ReadonlyMap<number, No>> {
  const rows = await db.query<{ place: number; no: No }>(
    `select w.place::int - 1 as place, found.no
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) with ordinality as w(dataset_no, name, exact, canonical, place)
     cross join lateral (
       select no from catalog.asset_column c
       where c.dataset_no = w.dataset_no and (c.name = w.name or c.canonical = any(array[w.exact, w.canonical]))
       order by (c.name = w.name or c.canonical = w.exact) desc, (c.state = 'present') desc, (c.canonical = w.exact) desc, c.no
       limit 1) found`,
    [
      written.map(({ datasetNo }) => datasetNo),
      written.map(({ name }) => name),
      written.map(({ exact }) => exact),
      written.map(({ canonical }) => canonical),
    ],
    'catalog_column_numbers',
  );
  return new Map(rows.map((row) => [row.place, row.no]));
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
