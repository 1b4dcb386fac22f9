import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { No } from '../domain/asset.ts';

/** Of assets and columns, those that the bitmap lets through; a column is seen with its dataset. */
export async function visibleNumbers(db: Queryable, nos: readonly No[], bitmap: Bitmap): Promise<ReadonlySet<No>> {
  // Answers those that are hidden: mostly none, so that a walk over a hub does not carry all its numbers back and forth.
  const rows = await db.query<{ no: No }>(
    // The inner select hides how many there are: knowing it, the planner would rather read all columns than probe for each.
    `select n.no from unnest((select $1::bigint[])) as n(no)
     left join catalog.asset_column c on c.no = n.no
     left join kernel.resource r on r.no = coalesce(c.dataset_no, n.no)
     where r.no is null or not kernel.may_see($2, r.acl_id)`,
    [nos, bitmap],
    'catalog_hidden_numbers',
  );
  const hidden = new Set(rows.map((row) => row.no));
  return new Set(nos.filter((no) => !hidden.has(no)));
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
  // What a walk between columns goes through as well: upstream a column's dataset, downstream a dataset's columns.
  const kin = {
    target_no: 'select c.no, c.dataset_no from catalog.asset_column c where c.no = any($1::bigint[])',
    source_no: 'select c.dataset_no, c.no from catalog.asset_column c where c.dataset_no = any($1::bigint[])',
  };
  const side = (here: 'target_no' | 'source_no', there: 'target_no' | 'source_no'): string =>
    `select k.node as no, count(distinct e.${there})::int as neighbours
     from (select n, n from unnest($1::bigint[]) as n ${level === 1 ? `union all ${kin[here]}` : ''}) as k(node, no)
     join catalog.lineage_edge e on e.${here} = k.no
     left join catalog.asset_column c on c.no = e.${there}
     join kernel.resource r on r.no = coalesce(c.dataset_no, e.${there})
     where e.level = $2 and ${inForce} and kernel.may_see($3, r.acl_id) group by 1`;
  const rows = await db.query<{ no: No; upstream: number; downstream: number }>(
    `select n.no::text as no, coalesce(u.neighbours, 0) as upstream, coalesce(d.neighbours, 0) as downstream
     from unnest($1::bigint[]) as n(no)
     left join (${side('target_no', 'source_no')}) u on u.no = n.no
     left join (${side('source_no', 'target_no')}) d on d.no = n.no`,
    [nos, level, bitmap, ...(at === null ? [] : [at])],
    `catalog_neighbour_counts_${level}${at === null ? '' : '_at'}`,
  );
  return new Map(rows.map((row) => [row.no, row]));
}
