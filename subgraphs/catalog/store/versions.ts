import type { Queryable } from '../../../kernel/db/database.ts';
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

/** History of one asset, latest first, below a version, and no later than a moment where one is given. */
export const historyOf = (
  db: Queryable,
  no: No,
  before: number | null,
  at: Instant | null,
  count: number,
): Promise<readonly HistoryRow[]> =>
  db.query<HistoryRow>(
    `select ${FIELDS}, v.body->>'state' as state, v.body->>'description' as description, v.body->'descriptions' as descriptions,
       v.body->'owners' as owners, jsonb_array_length(v.body->'columns') as "columnCount"
     from catalog.asset_version v
     where v.asset_no = $1 and ($2::int is null or v.version < $2) and ($3::timestamptz is null or v.recorded_from <= $3)
     order by v.version desc limit $4`,
    [no, before, at, count],
    'catalog_history_of',
  );
