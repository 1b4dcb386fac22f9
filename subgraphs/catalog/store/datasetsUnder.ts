import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';

/** Visible datasets in a container and in what lies in it, in service now or at a moment, in the order of their numbers. */
export async function datasetsUnder(
  db: Queryable,
  containerNo: No,
  limit: number,
  bitmap: Bitmap,
  at: Instant | null,
): Promise<readonly No[]> {
  const rows = await db.query<{ no: No }>(
    `with recursive inside as (
       select no, kind, state from catalog.asset where parent_no = $2::bigint
       union all
       select a.no, a.kind, a.state from inside i join catalog.asset a on a.parent_no = i.no where i.kind = 'container')
     select i.no from inside i join kernel.resource r on r.no = i.no
     where i.kind = 'dataset' and kernel.may_see($1, r.acl_id) and ${
       at === null
         ? `i.state <> 'removed'`
         : `exists (select from catalog.asset_version v where v.asset_no = i.no and v.recorded_from <= $4 and v.recorded_to > $4
              and v.body->>'state' <> 'removed')`
     }
     order by i.no limit $3`,
    [bitmap, containerNo, limit, ...(at === null ? [] : [at])],
    at === null ? 'catalog_datasets_under' : 'catalog_datasets_under_at',
  );
  return rows.map(({ no }) => no);
}
