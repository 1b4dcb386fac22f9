import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AssetState, No, RootKind } from '../domain/asset.ts';

/** What a list is narrowed to; null parts narrow nothing. */
export interface ListFilter {
  readonly kinds: readonly RootKind[];
  readonly sourceId: string | null;
  readonly platform: string | null;
  readonly tag: string | null;
  readonly ownerId: string | null;
  readonly namePrefix: string | null;
  readonly parentNo: No | null;
  readonly states: readonly AssetState[];
  /** Only of these. */
  readonly nos: readonly No[] | null;
}

export interface ListedAsset {
  readonly no: No;
  /** The first 200 characters of the name: what the list is ordered by. */
  readonly name: string;
}

/** Numbers of assets in the order of their names, after a name and number, as they are or were at a moment. */
export function listAssets(
  db: Queryable,
  filter: ListFilter,
  page: { readonly after: readonly [string, No] | null; readonly count: number },
  bitmap: Bitmap,
  at: Instant | null,
): Promise<readonly ListedAsset[]> {
  const values: unknown[] = [filter.kinds, bitmap, filter.states, page.count, ...(at === null ? [] : [at])];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const parts = conditionsOf(filter, page.after, at, place);
  return db.query<ListedAsset>(
    `select a.no, left(a.name, 200) as name from catalog.asset a join kernel.resource r on r.no = a.no
     ${at === null ? '' : `join catalog.asset_version v on v.asset_no = a.no and ${inForce('v', at)}`}
     where a.kind = any($1) and kernel.may_see($2, r.acl_id) and ${at === null ? 'a.state' : `v.body->>'state'`} = any($3)
       ${parts.map(({ condition }) => `and ${condition}`).join('\n       ')}
     order by left(a.name, 200), a.no limit $4`,
    values,
    // One plan for each shape: a part that may be null would be planned for either case, and run for every row.
    ['catalog_list_assets', ...(at === null ? [] : ['at']), ...parts.map(({ name }) => name)].join('_'),
  );
}

interface Part {
  readonly name: string;
  readonly condition: string;
}

/** The conditions of the parts that are given. `place` takes a value and says its placeholder. */
function conditionsOf(
  filter: ListFilter,
  after: readonly [string, No] | null,
  at: Instant | null,
  place: (value: unknown) => string,
): readonly Part[] {
  const part = <T>(name: string, value: T | null, condition: (value: T) => string): readonly Part[] =>
    value === null ? [] : [{ name, condition: condition(value) }];
  return [
    ...part('of', filter.nos, (nos) => `a.no = any(${place(nos)}::bigint[])`),
    ...part('source', filter.sourceId, (id) => `a.source_id = ${place(id)}`),
    ...part('platform', filter.platform, (platform) => `a.platform = ${place(platform)}`),
    ...part('parent', filter.parentNo, (no) => `a.parent_no = ${place(no)}::bigint`),
    ...part('prefix', filter.namePrefix, (prefix) => beginsWith(place(prefix))),
    ...part('tag', filter.tag, (tag) => oneOf(`${TAGGED} where lower(t.name) = lower(${place(tag)}) and ${inForce('g', at)}`)),
    ...part('owner', filter.ownerId, (id) => oneOf(`${OWNED} where o.principal_id = ${place(id)} and ${inForce('o', at)}`)),
    ...part('after', after, ([name, no]) => `(left(a.name, 200), a.no) > (${place(name)}::text, ${place(no)}::bigint)`),
  ];
}

const TAGGED = 'select g.asset_no from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id';
const OWNED = 'select o.asset_no from catalog.ownership o';

/** An array, so that the few that fit are found once instead of looked for at every asset. */
const oneOf = (select: string): string => `a.no = any(array(${select}))`;

/** The range has an index; what is beyond its 200 characters is compared. */
const beginsWith = (prefix: string): string =>
  `left(a.name, 200) ~>=~ left(${prefix}::text, 200) and left(a.name, 200) ~<=~ (left(${prefix}::text, 200) || chr(1114111))
       and starts_with(a.name, ${prefix}::text)`;

const inForce = (table: string, at: Instant | null): string =>
  at === null ? `${table}.recorded_to = 'infinity'` : `${table}.recorded_from <= $5 and ${table}.recorded_to > $5`;
