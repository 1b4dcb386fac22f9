import type { Queryable } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';

/** Which assets were there at a moment, in service or missing. */
export async function aliveAt(db: Queryable, nos: readonly No[], at: Instant): Promise<ReadonlySet<No>> {
  if (nos.length === 0) return new Set();
  const rows = await db.query<{ no: No }>(
    `select asset_no as no from catalog.asset_version
     where asset_no = any($1::bigint[]) and recorded_from <= $2::timestamptz and recorded_to > $2::timestamptz and body ->> 'state' <> 'removed'`,
    [nos, at],
    'catalog_alive_at',
  );
  return new Set(rows.map(({ no }) => no));
}

/**
 * What datasets and columns, by their ids, have become by merges that are or were in force: one merge after another, to the end.
 * @param at the moment to look at; null for now
 */
export async function mergedInto(db: Queryable, ids: readonly string[], at: Instant | null): Promise<ReadonlyMap<string, No>> {
  const rows = await db.query<{ id: string; no: No }>(
    `with recursive way(id, no, step) as (
       select id, no, 0 from (
         select id, no from catalog.asset where id = any($1) union all select id, no from catalog.asset_column where id = any($1)) as start
       union all
       select way.id, p.into_no, way.step + 1 from way
       join catalog.asset_merge_part p on p.from_no = way.no and p.into_no is not null
       join catalog.asset_merge m on m.id = p.merge_id
         and m.recorded_from <= coalesce($2::timestamptz, m.recorded_from) and m.recorded_to > coalesce($2::timestamptz, '-infinity')
         and ($2::timestamptz is not null or m.recorded_to = 'infinity')
       where way.step < 20)
     select distinct on (id) id, no::text as no from way where step > 0 order by id, step desc`,
    [ids, at],
    'catalog_merged_into',
  );
  return new Map(rows.map(({ id, no }) => [id, no]));
}
