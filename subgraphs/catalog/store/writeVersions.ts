import type { Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { SnapshotBody } from '../domain/snapshot.ts';

export interface VersionRow {
  readonly asset_no: No;
  readonly version: number;
  readonly event_id: string;
  readonly digest: string;
  readonly body: SnapshotBody;
}

/** Ends the versions in force and begins the new ones. */
export async function writeVersions(tx: Tx, rows: readonly VersionRow[], simulated: boolean): Promise<void> {
  await tx.query(
    `update catalog.asset_version set recorded_to = $2 where asset_no = any($1::bigint[]) and recorded_to = 'infinity'`,
    [rows.map((row) => row.asset_no), tx.now],
    'catalog_end_versions',
  );
  await tx.query(
    `insert into catalog.asset_version (asset_no, version, recorded_from, event_id, digest, simulated, body)
     select asset_no, version, $2, event_id, digest, $3, body
     from json_to_recordset($1) as v(asset_no bigint, version int, event_id text, digest text, body jsonb)`,
    [JSON.stringify(rows), tx.now, simulated],
    'catalog_begin_versions',
  );
}
