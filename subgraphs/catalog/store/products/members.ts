import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import { standing } from '../standing.ts';

/** A dataset of a product. */
export interface Member {
  readonly no: No;
  /** The first 200 characters of the name: what the list is ordered by. */
  readonly name: string;
  readonly since: Instant;
}

/** Members that may be seen; what was merged into something else is that. */
const MEMBERS = `select x.no, left(x.name, 200) as name, x.since from (
    select a.no, a.name, min(m.recorded_from) as since
    from catalog.data_product_member m
    join catalog.asset o on o.no = m.dataset_no
    join catalog.asset a on a.no = coalesce(o.merged_into, o.no) and a.state <> 'removed'
    join kernel.resource r on r.no = a.no
    where m.product_no = $1 and kernel.may_see($2, r.acl_id) group by 1, 2) x`;

export const membersOf = (
  db: Queryable,
  productNo: No,
  bitmap: Bitmap,
  { after, count }: { readonly after: readonly [string, No] | null; readonly count: number },
): Promise<readonly Member[]> =>
  db.query<Member>(
    `select l.no, l.name, l.since from (${MEMBERS}) l where $3::text is null or (l.name, l.no) > ($3::text, $4::bigint)
     order by l.name, l.no limit $5`,
    [productNo, bitmap, after?.[0] ?? null, after?.[1] ?? null, count],
    'catalog_members_of_product',
  );

export async function countMembers(db: Queryable, productNo: No, bitmap: Bitmap): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from (${MEMBERS}) l`,
    [productNo, bitmap],
    'catalog_count_members',
  );
  return row?.count ?? 0;
}

/** All of them, whoever may see them: what is certified does not depend on who looks. Ids by number. */
export async function allMembers(tx: Tx, productNo: No): Promise<ReadonlyMap<No, string>> {
  const rows = await tx.query<{ no: No; id: string }>(
    `select a.no::text as no, a.id from catalog.data_product_member m join catalog.asset a on a.no = m.dataset_no where m.product_no = $1`,
    [productNo],
    'catalog_all_members',
  );
  return new Map(rows.map(({ no, id }) => [no, id]));
}

export async function addMembers(tx: Tx, productNo: No, nos: readonly No[]): Promise<void> {
  await tx.query(
    `insert into catalog.data_product_member (product_no, dataset_no, recorded_from)
     select $1, n, $3 from unnest($2::bigint[]) n on conflict do nothing`,
    [productNo, nos, tx.now],
    'catalog_add_members',
  );
}

/** @returns how many there were */
export async function removeMembers(tx: Tx, productNo: No, nos: readonly No[]): Promise<number> {
  const removed = await tx.query(
    `delete from catalog.data_product_member
     where product_no = $1 and dataset_no in (select s.assigned from (${standing('$2')}) s) returning 1`,
    [productNo, nos],
    'catalog_remove_members',
  );
  return removed.length;
}
