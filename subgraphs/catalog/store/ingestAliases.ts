import type { Named } from '../../../lineage/openlineage/statement.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { WrittenName } from './lineageEnds.ts';

/** That somebody said of a dataset that it has another name, too. */
export interface Symlink {
  readonly dataset: Named;
  readonly alias: Named;
}

export async function recordSymlinks(tx: Tx, symlinks: readonly Symlink[]): Promise<void> {
  await tx.query(
    `insert into catalog.symlink (dataset_namespace, dataset_name, namespace, name, recorded_at)
     select dataset_namespace, dataset_name, namespace, name, $2
     from json_to_recordset($1) as r(dataset_namespace text, dataset_name text, namespace text, name text) on conflict do nothing`,
    [
      JSON.stringify(
        symlinks.map(({ dataset, alias }) => ({ dataset_namespace: dataset.namespace, dataset_name: dataset.name, ...alias })),
      ),
      tx.now,
    ],
    'catalog_record_symlinks',
  );
}

/** How many symlinks hang together at most: beyond, they are left as they are. */
const TOGETHER_MAX = 1_000;

/** All symlinks that hang together with these names, directly or through others. */
export async function symlinksAround(db: Queryable, names: readonly Named[]): Promise<readonly Symlink[]> {
  const rows = await db.query<{ dn: string; dm: string; an: string; am: string }>(
    `with recursive around(namespace, name) as (
       select namespace, name from json_to_recordset($1) as n(namespace text, name text)
       union
       select side.namespace, side.name from around a
       join catalog.symlink l on (l.dataset_namespace = a.namespace and md5(l.dataset_name) = md5(a.name))
         or (l.namespace = a.namespace and md5(l.name) = md5(a.name))
       cross join lateral (values (l.dataset_namespace, l.dataset_name), (l.namespace, l.name)) as side(namespace, name))
     select distinct l.dataset_namespace as dn, l.dataset_name as dm, l.namespace as an, l.name as am
     from around a join catalog.symlink l on l.dataset_namespace = a.namespace and md5(l.dataset_name) = md5(a.name)
     order by 1, 2, 3, 4 limit ${TOGETHER_MAX}`,
    [JSON.stringify(names)],
    'catalog_symlinks_around',
  );
  return rows.map(({ dn, dm, an, am }) => ({ dataset: { namespace: dn, name: dm }, alias: { namespace: an, name: am } }));
}

/** Makes these the aliases of these names; names without an asset are no alias any more. */
export async function writeAliases(tx: Tx, rows: readonly (WrittenName & { readonly no: No | null })[]): Promise<void> {
  const values = [JSON.stringify(rows)];
  await tx.query(
    `delete from catalog.asset_alias l using json_to_recordset($1) as r(namespace text, name text, no bigint)
     where l.namespace = r.namespace and md5(l.name) = md5(r.name) and l.name = r.name and r.no is null`,
    values,
    'catalog_drop_aliases',
  );
  await tx.query(
    `insert into catalog.asset_alias (namespace, name, canonical, asset_no, recorded_at)
     select namespace, name, canonical, no, $2
     from json_to_recordset($1) as r(namespace text, name text, canonical text, no bigint) where no is not null
     on conflict (namespace, md5(name)) do update set asset_no = excluded.asset_no, recorded_at = excluded.recorded_at
       where catalog.asset_alias.asset_no <> excluded.asset_no`,
    [...values, tx.now],
    'catalog_write_aliases',
  );
}

/** Waits until nobody else makes datasets of these names, so that two events never make one dataset twice. */
export async function lockNames(tx: Tx, names: readonly Named[]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(key) from (
       select distinct hashtextextended(namespace || ' ' || name, 0) as key
       from json_to_recordset($1) as n(namespace text, name text) order by 1) as keys`,
    [JSON.stringify(names)],
    'catalog_lock_names',
  );
}
