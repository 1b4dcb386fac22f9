import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { SnapshotBody } from '../../domain/snapshot.ts';

/** A version of an asset, what comes after it, and the event that it names. */
export interface VersionToCheck {
  readonly assetNo: No;
  readonly assetId: string;
  readonly version: number;
  readonly recordedFrom: Instant;
  readonly recordedTo: Instant;
  readonly nextFrom: Instant | null;
  readonly digest: string;
  readonly body: SnapshotBody;
  readonly eventId: string;
  readonly eventAggregateId: string | null;
  readonly eventVersion: number | null;
  readonly eventAt: Instant | null;
  /** Canonical text of the event. */
  readonly event: string | null;
}

export const versionsAfter = (db: Queryable, after: readonly [No, number], limit: number): Promise<readonly VersionToCheck[]> =>
  db.query<VersionToCheck>(
    `select v.asset_no as "assetNo", coalesce(a.id, v.asset_no::text) as "assetId", v.version, v.recorded_from as "recordedFrom",
       v.recorded_to as "recordedTo", n.recorded_from as "nextFrom", v.digest, v.body, v.event_id as "eventId",
       e.aggregate_id as "eventAggregateId", e.aggregate_version as "eventVersion", e.recorded_at as "eventAt", e.body as event
     from catalog.asset_version v
     left join catalog.asset a on a.no = v.asset_no
     left join kernel.audit_event e on e.id = v.event_id
     left join lateral (
       select recorded_from from catalog.asset_version n where n.asset_no = v.asset_no and n.version > v.version
       order by n.version limit 1) n on true
     where (v.asset_no, v.version) > ($1::bigint, $2::int) order by v.asset_no, v.version limit $3`,
    [after[0], after[1], limit],
    'catalog_reconcile_versions',
  );
