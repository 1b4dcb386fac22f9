import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { No } from '../domain/asset.ts';

/** Of assets and columns, those that the bitmap lets through; a column is seen with its dataset. */
export async function visibleNumbers(db: Queryable, nos: readonly No[], bitmap: Bitmap): Promise<ReadonlySet<No>> {
  const rows = await db.query<{ no: No }>(
    `select r.no from kernel.resource r where r.no = any($1::bigint[]) and kernel.may_see($2, r.acl_id)
     union all
     select c.no from catalog.asset_column c join kernel.resource r on r.no = c.dataset_no
     where c.no = any($1::bigint[]) and kernel.may_see($2, r.acl_id)`,
    [nos, bitmap],
    'catalog_visible_numbers',
  );
  return new Set(rows.map((row) => row.no));
}

export interface Neighbours {
  readonly upstream: number;
  readonly downstream: number;
}

/** How many visible assets lie directly up- and downstream, now or at a moment. */
export async function neighbourCounts(
  db: Queryable,
  nos: readonly No[],
  level: 0 | 1,
  bitmap: Bitmap,
  at: string | null,
): Promise<ReadonlyMap<No, Neighbours>> {
  const inForce = at === null ? `e.recorded_to = 'infinity'` : 'e.recorded_from <= $4 and e.recorded_to > $4';
  const side = (here: string, there: string): string =>
    `select e.${here} as no, count(distinct e.${there})::int as neighbours from catalog.lineage_edge e
     left join catalog.asset_column c on c.no = e.${there}
     join kernel.resource r on r.no = coalesce(c.dataset_no, e.${there})
     where e.${here} = any($1::bigint[]) and e.level = $2 and ${inForce} and kernel.may_see($3, r.acl_id) group by 1`;
  const rows = await db.query<{ no: No; upstream: number; downstream: number }>(
    `select n.no::text as no, coalesce(u.neighbours, 0) as upstream, coalesce(d.neighbours, 0) as downstream
     from unnest($1::bigint[]) as n(no)
     left join (${side('target_no', 'source_no')}) u on u.no = n.no
     left join (${side('source_no', 'target_no')}) d on d.no = n.no`,
    [nos, level, bitmap, ...(at === null ? [] : [at])],
    at === null ? 'catalog_neighbour_counts' : 'catalog_neighbour_counts_at',
  );
  return new Map(rows.map((row) => [row.no, row]));
}
