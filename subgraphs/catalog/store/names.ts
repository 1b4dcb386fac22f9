import type { Queryable } from '../../../kernel/db/database.ts';
import type { No, RootKind } from '../domain/asset.ts';

/** A written name of an asset: as it stands, and in the canonical form of its platform's case rule. */
export interface WrittenAsset {
  readonly kind: RootKind;
  /** Where the name belongs: never a declared alias of a namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly canonical: string;
}

export interface FoundAsset {
  readonly no: No;
  readonly platform: string;
  /** False for a dataset that is known from lineage alone: nobody has listed its columns. */
  readonly isCrawled: boolean;
}

/**
 * The exact dotted name goes first, because our own URNs carry it: on PostgreSQL `shop.public.Orders` means the table
 * `"Orders"` where there is one, and otherwise `orders`. Each branch is one probe of an index.
 */
const OWN = `(select no, platform, source_id is not null as is_crawled, merged_into, 0 as way from catalog.asset
    where namespace = w.namespace and kind = w.kind and md5(name) = md5(w.name) and name = w.name
    order by (canonical = w.canonical) desc, no limit 1)
  union all
  select no, platform, source_id is not null, merged_into, 1 from catalog.asset
  where namespace = w.namespace and kind = w.kind and md5(canonical) = md5(w.canonical) and canonical = w.canonical`;

const ALIAS = `(select t.no, t.platform, t.source_id is not null, t.merged_into, 2 from catalog.asset_alias l
      join catalog.asset t on t.no = l.asset_no
    where w.kind = 'dataset' and l.namespace = w.namespace and md5(l.name) = md5(w.name) and l.name = w.name limit 1)
  union all
  (select t.no, t.platform, t.source_id is not null, t.merged_into, 3 from catalog.asset_alias l
      join catalog.asset t on t.no = l.asset_no
    where w.kind = 'dataset' and l.namespace = w.namespace and md5(l.canonical) = md5(w.canonical) and l.canonical = w.canonical
    order by l.name limit 1)`;

const OWN_ONLY = `select found.no, found.platform, found.is_crawled from (${OWN}) as found order by way limit 1`;

/** What was merged is what it was merged into, unless it has been crawled since. */
const ANY_WAY = `select t.no, t.platform, t.source_id is not null as is_crawled
  from (
    select case when is_crawled then no else coalesce(merged_into, no) end as no,
      case when way < 2 and not is_crawled and merged_into is null then way + 4 else way end as rank
    from (${OWN} union all ${ALIAS}) as any_way order by rank limit 1) as found
  join catalog.asset t on t.no = found.no`;

/**
 * Assets by the places of their written names. A crawled asset's own name goes before an alias, an alias before a name that
 * only lineage knows.
 * @param way `OWN` leaves aliases and merges out
 */
export async function findAssets(
  db: Queryable,
  written: readonly WrittenAsset[],
  way: 'OWN' | 'ALIASES' = 'ALIASES',
): Promise<ReadonlyMap<number, FoundAsset>> {
  if (written.length === 0) return new Map();
  const isOwn = way === 'OWN';
  const rows = await db.query<FoundAsset & { place: number }>(
    `select w.place::int - 1 as place, found.no, found.platform, found.is_crawled as "isCrawled"
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as w(namespace, kind, name, canonical, place)
     cross join lateral (${isOwn ? OWN_ONLY : ANY_WAY}) found`,
    [
      written.map(({ namespace }) => namespace),
      written.map(({ kind }) => kind),
      written.map(({ name }) => name),
      written.map(({ canonical }) => canonical),
    ],
    isOwn ? 'catalog_find_own_assets' : 'catalog_find_assets',
  );
  return new Map(rows.map(({ place, ...found }) => [place, found]));
}

/** The namespace that a declared alias means; a source's own namespace is nobody's alias. */
const HOME = `coalesce((select s.namespace from catalog.namespace_alias n join catalog.source s on s.id = n.source_id and s.state = 'active'
    where n.namespace = w.namespace
      and not exists (select from catalog.source own where own.namespace = w.namespace and own.state = 'active')), w.namespace)`;

/** Where the names of a namespace belong. */
export interface Home {
  /** The namespace itself, or the one that it is a declared alias of. */
  readonly namespace: string;
  /** Decides by which rule names are read; null when nothing is known there yet. */
  readonly platform: string | null;
}

/** The homes of namespaces by the namespaces as they are written. */
export async function homesOf(db: Queryable, namespaces: readonly string[]): Promise<ReadonlyMap<string, Home>> {
  if (namespaces.length === 0) return new Map();
  const rows = await db.query<Home & { written: string }>(
    // In the order of an index: without an order, a namespace that is not there has the whole table read.
    `select w.namespace as written, w.home as namespace, a.platform
     from (select *, ${HOME} as home from unnest($1::text[]) as w(namespace)) w
     left join lateral (
       select platform from catalog.asset where namespace = w.home order by namespace, kind, md5(canonical) limit 1) a on true`,
    [namespaces],
    'catalog_homes_of',
  );
  return new Map(rows.map(({ written, ...home }) => [written, home]));
}

/** A written name of a column in both canonical forms: as an exact name and as one of any spelling. */
export interface WrittenColumn {
  readonly datasetNo: No;
  readonly exact: string;
  readonly canonical: string;
}

export interface FoundColumn {
  readonly no: No;
  readonly canonical: string;
}

/**
 * Columns by the places of their written names: one that is spelled so before another spelling, and of those one in service
 * before one that is gone.
 * @param among `PRESENT` leaves out columns that are gone
 */
export async function findColumns(
  db: Queryable,
  written: readonly WrittenColumn[],
  among: 'PRESENT' | 'EVER',
): Promise<ReadonlyMap<number, FoundColumn>> {
  if (written.length === 0) return new Map();
  const rows = await db.query<FoundColumn & { place: number }>(
    `select w.place::int - 1 as place, found.no, found.canonical
     from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as w(dataset_no, exact, canonical, place)
     cross join lateral (
       select no, canonical from catalog.asset_column c
       where c.dataset_no = w.dataset_no and md5(c.canonical) = any(array[md5(w.exact), md5(w.canonical)])
         and c.canonical = any(array[w.exact, w.canonical])${among === 'PRESENT' ? ` and c.state = 'present'` : ''}
       order by (c.canonical = w.exact) desc, c.no limit 1) found`,
    [written.map(({ datasetNo }) => datasetNo), written.map(({ exact }) => exact), written.map(({ canonical }) => canonical)],
    among === 'PRESENT' ? 'catalog_find_columns' : 'catalog_find_columns_ever',
  );
  return new Map(rows.map(({ place, ...found }) => [place, found]));
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
