import type { Queryable } from '../../../kernel/db/database.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { SnapshotBody } from '../domain/snapshot.ts';

export interface VersionRow {
  readonly assetNo: No;
  readonly version: number;
  readonly recordedFrom: Instant;
  readonly recordedTo: Instant | null;
  readonly eventId: string;
  readonly digest: string;
  readonly simulated: boolean;
  readonly body: SnapshotBody;
}

const FIELDS = `v.asset_no as "assetNo", v.version, v.recorded_from as "recordedFrom",
  nullif(v.recorded_to, 'infinity') as "recordedTo", v.event_id as "eventId", v.digest, v.simulated`;

/** The state of assets at a moment, of those that the bitmap lets through now. */
export async function versionsAt(
  db: Queryable,
  nos: readonly No[],
  at: Instant,
  bitmap: Bitmap,
): Promise<ReadonlyMap<No, VersionRow>> {
  const rows = await db.query<VersionRow>(
    `select ${FIELDS}, v.body from catalog.asset_version v join kernel.resource r on r.no = v.asset_no
     where v.asset_no = any($1::bigint[]) and v.recorded_from <= $2 and v.recorded_to > $2 and kernel.may_see($3, r.acl_id)`,
    [nos, at, bitmap],
    'catalog_versions_at',
  );
  return new Map(rows.map((row) => [row.assetNo, row]));
}

/** What a line of history shows; the columns of a wide table are counted instead of carried. */
export interface HistoryRow extends Omit<VersionRow, 'body'> {
  readonly state: SnapshotBody['state'];
  readonly description: string | null;
  readonly descriptions: SnapshotBody['descriptions'];
  readonly owners: SnapshotBody['owners'];
  readonly columnCount: number;
}

/** A page of the history of an asset: the count of versions below one. */
export interface WantedHistory {
  readonly no: No;
  readonly before: number | null;
  readonly count: number;
}

const VERSION_MAX = 2 ** 31 - 1;

/**
 * Pages of histories by the places of what is wanted, latest first, and no later than a moment where one is given: a state
 * that ended after it was in force then.
 */
export async function historiesOf(
  db: Queryable,
  wanted: readonly WantedHistory[],
  at: Instant | null,
): Promise<ReadonlyMap<number, readonly HistoryRow[]>> {
  const rows = await db.query<HistoryRow & { place: number }>(
    `select w.place::int - 1 as place, h.* from unnest($1::bigint[], $2::int[], $3::int[]) with ordinality as w(no, before, count, place)
     cross join lateral (
       select v.asset_no as "assetNo", v.version, v.recorded_from as "recordedFrom",
         case when v.recorded_to <= $4 and v.recorded_to < 'infinity' then v.recorded_to end as "recordedTo",
         v.event_id as "eventId", v.digest, v.simulated, v.body->>'state' as state, v.body->>'description' as description,
         v.body->'descriptions' as descriptions, v.body->'owners' as owners, jsonb_array_length(v.body->'columns') as "columnCount"
       from catalog.asset_version v
       where v.asset_no = w.no and v.version <= w.before and v.recorded_from <= $4 order by v.version desc limit w.count) h
     order by w.place, h.version desc`,
    [
      wanted.map(({ no }) => no),
      wanted.map(({ before }) => (before === null ? VERSION_MAX : before - 1)),
      wanted.map(({ count }) => count),
      at ?? 'infinity',
    ],
    'catalog_histories_of',
  );
  return groupBy(rows, (row) => row.place);
}
