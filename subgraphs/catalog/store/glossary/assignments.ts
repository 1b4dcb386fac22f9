import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import { standing } from '../standing.ts';

/** Of these assets and columns, those that have the term, and how many terms each has. */
export async function assignedAmong(
  tx: Tx,
  termNo: No,
  nos: readonly No[],
): Promise<ReadonlyMap<No, { readonly hasTerm: boolean; readonly terms: number }>> {
  const rows = await tx.query<{ no: No; hasTerm: boolean; terms: number }>(
    `select s.no, bool_or(g.term_no = $1) as "hasTerm", count(distinct g.term_no)::int as terms from (${standing('$2')}) s
     join catalog.term_assignment g on g.asset_no = s.assigned and g.recorded_to = 'infinity' group by 1`,
    [termNo, nos],
    'catalog_assigned_among',
  );
  return new Map(rows.map((row) => [row.no, row]));
}

/** @param begun what gets the term, with the event that says so */
export async function beginAssignments(
  tx: Tx,
  termNo: No,
  begun: readonly { readonly no: No; readonly eventId: string }[],
): Promise<void> {
  await tx.query(
    `insert into catalog.term_assignment (term_no, asset_no, recorded_from, event_id)
     select $1, n, $4, e from unnest($2::bigint[], $3::text[]) as b(n, e)`,
    [termNo, begun.map(({ no }) => no), begun.map(({ eventId }) => eventId), tx.now],
    'catalog_begin_assignments',
  );
}

export async function endAssignments(tx: Tx, termNo: No, nos: readonly No[]): Promise<void> {
  await tx.query(
    `update catalog.term_assignment set recorded_to = $3
     where term_no = $1 and recorded_to = 'infinity' and asset_no in (select s.assigned from (${standing('$2')}) s)`,
    [termNo, nos, tx.now],
    'catalog_end_assignments',
  );
}

/** An asset or a column that a term stands for. */
export interface AssignedAsset {
  readonly no: No;
  /** The first 200 characters of the dotted name: what the list is ordered by. */
  readonly name: string;
  readonly since: Instant;
}

/** What a term stands for and may be seen; what was merged into something else is that. */
const ASSIGNED = `select x.no, left(x.name, 200) as name, x.since from (
    select coalesce(c.no, a.no) as no, a.name || coalesce('.' || c.name, '') as name, min(g.recorded_from) as since
    from catalog.term_assignment g
    left join catalog.asset_column c on c.no = g.asset_no and c.state = 'present'
    left join catalog.asset o on o.no = g.asset_no
    join catalog.asset a on a.no = coalesce(c.dataset_no, o.merged_into, o.no) and a.state <> 'removed'
    join kernel.resource r on r.no = a.no
    where g.term_no = $1 and g.recorded_to = 'infinity' and kernel.may_see($2, r.acl_id) group by 1, 2) x`;

export const assetsOfTerm = (
  db: Queryable,
  termNo: No,
  bitmap: Bitmap,
  { after, count }: { readonly after: readonly [string, No] | null; readonly count: number },
): Promise<readonly AssignedAsset[]> =>
  db.query<AssignedAsset>(
    `select l.no, l.name, l.since from (${ASSIGNED}) l where $3::text is null or (l.name, l.no) > ($3::text, $4::bigint)
     order by l.name, l.no limit $5`,
    [termNo, bitmap, after?.[0] ?? null, after?.[1] ?? null, count],
    'catalog_assets_of_term',
  );

export async function countAssetsOfTerm(db: Queryable, termNo: No, bitmap: Bitmap): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from (${ASSIGNED}) l`,
    [termNo, bitmap],
    'catalog_count_assets_of_term',
  );
  return row?.count ?? 0;
}
