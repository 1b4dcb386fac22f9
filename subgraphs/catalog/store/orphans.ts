import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { No } from '../domain/asset.ts';

/** A dataset that only lineage knows. */
export interface Orphan {
  readonly no: No;
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly simpleName: string;
}

/** Datasets that only lineage knows and the caller may see, after an id. */
export const listOrphans = (db: Queryable, bitmap: Bitmap, after: string | null, count: number): Promise<readonly Orphan[]> =>
  db.query<Orphan>(
    `select a.no, a.id, a.namespace, a.name, a.simple_name as "simpleName" from catalog.asset a join kernel.resource r on r.no = a.no
     where a.source_id is null and a.kind = 'dataset' and a.state = 'present' and ($2::text is null or a.id > $2)
       and kernel.may_see($1, r.acl_id)
     order by a.id limit $3`,
    [bitmap, after, count],
    'catalog_list_orphans',
  );

/** A crawled dataset that an orphan may be. */
export interface Candidate {
  readonly orphanNo: No;
  readonly no: No;
  readonly namespace: string;
  readonly name: string;
  /** The source whose own namespace it is in; null when that is out of service. */
  readonly source: string | null;
}

/** How many crawled datasets are looked at by each way of likeness, and are compared in the end. */
const LOOKED_AT = 20;
const COMPARED = 8;

/** Crawled datasets whose names end alike, or that have columns of the same names: some of each orphan, by indexes only. */
export const candidatesFor = (
  db: Queryable,
  bitmap: Bitmap,
  orphans: readonly (Orphan & { readonly tail: string | null })[],
): Promise<readonly Candidate[]> =>
  db.query<Candidate>(
    `select o.no as "orphanNo", a.no, a.namespace, a.name,
       (select s.name from catalog.source s where s.id = a.source_id and s.state = 'active' and s.namespace = a.namespace) as source
     from unnest($2::bigint[], $3::text[], $4::text[]) as o(no, simple_name, tail)
     cross join lateral (
       select found.no, max(found.likeness) as likeness from (
         (select a.no, 1000 as likeness from catalog.asset a where a.source_id is not null and a.kind = 'dataset'
           and left(lower(substring(a.name from '[^./]+[./][^./]+$')), 200) = left(o.tail, 200) limit ${LOOKED_AT})
         union all
         (select a.no, 500 from catalog.asset a where a.source_id is not null and a.kind = 'dataset'
           and left(lower(a.simple_name), 200) = left(lower(o.simple_name), 200) limit ${LOOKED_AT})
         union all
         (select same.dataset_no, count(*)::int from (
             select name from catalog.asset_column where dataset_no = o.no and state = 'present' order by length(name) desc, name limit 10) c
           cross join lateral (
             select dataset_no from catalog.asset_column where left(lower(name), 200) = left(lower(c.name), 200) and state = 'present'
               and dataset_no <> o.no limit 100) same
           group by same.dataset_no having count(*) > 1 order by count(*) desc limit ${LOOKED_AT})) as found
       join catalog.asset t on t.no = found.no and t.source_id is not null and t.state <> 'removed'
       join kernel.resource r on r.no = t.no and kernel.may_see($1, r.acl_id)
       group by found.no order by max(found.likeness) desc, found.no limit ${COMPARED}) as alike
     join catalog.asset a on a.no = alike.no
     order by o.no, alike.likeness desc, a.no`,
    [bitmap, orphans.map(({ no }) => no), orphans.map(({ simpleName }) => simpleName), orphans.map(({ tail }) => tail)],
    'catalog_candidates_for',
  );

/** Columns beyond this are not compared. */
const COLUMNS_COMPARED = 500;

/** Names of columns in service, lower-case, by dataset. */
export async function columnNames(db: Queryable, nos: readonly No[]): Promise<ReadonlyMap<No, ReadonlySet<string>>> {
  const rows = await db.query<{ no: No; names: readonly string[] }>(
    `select d.no, array(select lower(c.name) from catalog.asset_column c where c.dataset_no = d.no and c.state = 'present'
       order by c.ordinal limit ${COLUMNS_COMPARED}) as names
     from unnest($1::bigint[]) as d(no)`,
    [nos],
    'catalog_column_names',
  );
  return new Map(rows.map(({ no, names }) => [no, new Set(names)]));
}

/** Two namespaces that may be one. */
export interface NamespacePair {
  readonly alias: string;
  readonly namespace: string;
}

/** Orphans beyond this are not counted. */
export const COUNTED_MAX = 1_000;

/**
 * How many datasets that only lineage knows under one namespace are in the other one under the same name; none for a namespace
 * that is a source's own. Counts only what the caller may see.
 */
export async function sameNames(db: Queryable, bitmap: Bitmap, pairs: readonly NamespacePair[]): Promise<readonly number[]> {
  if (pairs.length === 0) return [];
  const rows = await db.query<{ count: number }>(
    `select (select count(*)::int from (
         select a.canonical from catalog.asset a join kernel.resource r on r.no = a.no
         where a.namespace = p.alias and a.kind = 'dataset' and a.source_id is null and a.state = 'present'
           and kernel.may_see($3, r.acl_id)
         order by a.namespace, a.kind, md5(a.canonical) limit ${COUNTED_MAX}) o
       where exists (select from catalog.asset a join kernel.resource r on r.no = a.no where a.namespace = p.namespace and a.kind = 'dataset' and a.source_id is not null
           and a.state <> 'removed' and md5(a.canonical) = md5(o.canonical) and a.canonical = o.canonical
           and kernel.may_see($3, r.acl_id))
         and not exists (select from catalog.source s where s.namespace = p.alias and s.state = 'active')) as count
     from unnest($1::text[], $2::text[]) with ordinality as p(alias, namespace, place) order by p.place`,
    [pairs.map(({ alias }) => alias), pairs.map(({ namespace }) => namespace), bitmap],
    'catalog_same_names',
  );
  return rows.map(({ count }) => count);
}
