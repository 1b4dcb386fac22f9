import type { Tx } from '../../../kernel/db/database.ts';
import type { No, OwnerRole } from '../domain/asset.ts';

export interface SourceOwner {
  readonly asset_no: No;
  readonly role: OwnerRole;
  readonly principal_id: string;
  readonly external: string;
}

/** Ends owners that a source named, and begins others. Owners that somebody else named of the same source stay. */
export async function changeSourceOwners(tx: Tx, ended: readonly SourceOwner[], begun: readonly SourceOwner[]): Promise<void> {
  await tx.query(
    `update catalog.ownership o set recorded_to = $2
     from json_to_recordset($1) as e(asset_no bigint, role text, principal_id text)
     where o.asset_no = e.asset_no and o.role = e.role and o.principal_id = e.principal_id and o.origin = 'source'
       and o.recorded_to = 'infinity'`,
    [JSON.stringify(ended), tx.now],
    'catalog_end_source_owners',
  );
  await tx.query(
    `insert into catalog.ownership (asset_no, principal_id, role, origin, external, recorded_from)
     select asset_no, principal_id, role, 'source', external, $2
     from json_to_recordset($1) as n(asset_no bigint, role text, principal_id text, external text)
     on conflict (asset_no, role, principal_id, origin) where recorded_to = 'infinity' do nothing`,
    [JSON.stringify(begun), tx.now],
    'catalog_begin_source_owners',
  );
}
