import type { Tx } from '../../../kernel/db/database.ts';
import { lockAdmins } from './lockAdmins.ts';

/**
 * Ids of the keys that let an active admin in now. They are locked in the order of their ids: of two callers who revoke
 * each other's key, the second one counts after the first.
 */
export async function lockAdminKeys(tx: Tx): Promise<readonly string[]> {
  await lockAdmins(tx);
  const rows = await tx.query<{ id: string }>(
    `select k.id from kernel.access_key k join kernel.principal p on p.id = k.principal_id
     where p.state = 'active' and 'admin' = any(p.roles || p.group_roles) and 'graph' = any(k.scopes)
       and (p.owner_id is null or exists (select from kernel.principal o where o.id = p.owner_id and o.state = 'active'))
       and k.revoked_at is null and (k.expires_at is null or k.expires_at > $1)
     order by k.id for update of k`,
    [tx.now],
    'governance_lock_admin_keys',
  );
  return rows.map(({ id }) => id);
}
