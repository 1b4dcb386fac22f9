import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AssetState, No } from '../domain/asset.ts';

/** What a list is narrowed to; null parts narrow nothing. */
export interface ListFilter {
  readonly kinds: readonly ('container' | 'dataset')[];
  readonly sourceId: string | null;
  readonly platform: string | null;
  readonly tag: string | null;
  readonly ownerId: string | null;
  readonly namePrefix: string | null;
  readonly parentNo: No | null;
  readonly states: readonly AssetState[];
}

export interface ListedAsset {
  readonly no: No;
  /** The first 200 characters of the name: what the list is ordered by. */
  readonly name: string;
}

/** Numbers of assets in the order of their names, after a name and number, as they are or were at a moment. */
export const listAssets = (
  db: Queryable,
  filter: ListFilter,
  page: { readonly after: readonly [string, No] | null; readonly count: number },
  bitmap: Bitmap,
  at: Instant | null,
): Promise<readonly ListedAsset[]> =>
  db.query<ListedAsset>(
    `select a.no, left(a.name, 200) as name from catalog.asset a join kernel.resource r on r.no = a.no
     ${at === null ? '' : `join catalog.asset_version v on v.asset_no = a.no and v.recorded_from <= $12 and v.recorded_to > $12`}
     where a.kind = any($1) and kernel.may_see($2, r.acl_id)
       and ($3::text is null or a.source_id = $3) and ($4::text is null or a.platform = $4)
       and ($5::bigint is null or a.parent_no = $5) and ($6::text is null or starts_with(a.name, $6))
       and ${at === null ? 'a.state' : `v.body->>'state'`} = any($7)
       and ($8::text is null or exists (select from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id
             where g.asset_no = a.no and lower(t.name) = lower($8) and ${inForce('g', at)}))
       and ($9::text is null or exists (select from catalog.ownership o
             where o.asset_no = a.no and o.principal_id = $9 and ${inForce('o', at)}))
       and ($10::text is null or (left(a.name, 200), a.no) > ($10, $11::bigint))
     order by left(a.name, 200), a.no limit $${at === null ? 12 : 13}`,
    [
      filter.kinds,
      bitmap,
      filter.sourceId,
      filter.platform,
      filter.parentNo,
      filter.namePrefix,
      filter.states,
      filter.tag,
      filter.ownerId,
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      ...(at === null ? [] : [at]),
      page.count,
    ],
    at === null ? 'catalog_list_assets' : 'catalog_list_assets_at',
  );

const inForce = (table: string, at: Instant | null): string =>
  at === null ? `${table}.recorded_to = 'infinity'` : `${table}.recorded_from <= $12 and ${table}.recorded_to > $12`;
