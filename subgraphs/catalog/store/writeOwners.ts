import type { Tx } from '../../../kernel/db/database.ts';
import type { No, Origin, OwnerRole } from '../domain/asset.ts';

/** One owner that shall be in force. */
export interface OwnerRow {
  readonly asset_no: No;
  readonly principal_id: string;
  readonly external: string | null;
}

/**
 * Makes these the owners of one role and one origin of the assets: others end now, new ones begin now, the rest go on.
 */
export async function replaceOwners(
  tx: Tx,
  assetNos: readonly No[],
  role: OwnerRole,
  origin: Origin,
  owners: readonly OwnerRow[],
): Promise<void> {
  const rows = JSON.stringify(owners);
  await tx.query(
    `update catalog.ownership o set recorded_to = $5
     where o.asset_no = any($1::bigint[]) and o.role = $2 and o.origin = $3 and o.recorded_to = 'infinity'
       and not exists (select from json_to_recordset($4) as n(asset_no bigint, principal_id text)
                       where n.asset_no = o.asset_no and n.principal_id = o.principal_id)`,
    [assetNos, role, origin, rows, tx.now],
    'catalog_end_owners',
  );
  await tx.query(
    `insert into catalog.ownership (asset_no, principal_id, role, origin, external, recorded_from)
     select asset_no, principal_id, $1, $2, external, $4
     from json_to_recordset($3) as n(asset_no bigint, principal_id text, external text)
     on conflict (asset_no, role, principal_id, origin) where recorded_to = 'infinity' do nothing`,
    [role, origin, rows, tx.now],
    'catalog_begin_owners',
  );
}
