import type { Tx } from '../../../kernel/db/database.ts';

/**
 * Keeps all active admins as they are, in the order of their ids. Whoever takes admins away does this first, so that of two
 * who take each other away the second one counts after the first.
 */
export async function lockAdmins(tx: Tx): Promise<void> {
  await tx.query(
    `select id from kernel.principal where state = 'active' and 'admin' = any(roles || group_roles) order by id for update`,
    [],
    'governance_lock_admins',
  );
}

export interface Leaving {
  readonly id: string;
  /** Whether the services go that they answer for. */
  readonly withServices: boolean;
}

/**
 * Whether somebody else gets in as an admin, by a key or, where there is a provider, by their identity there.
 */
export async function adminRemains(tx: Tx, { id, withServices }: Leaving, hasProvider: boolean): Promise<boolean> {
  const [row] = await tx.query<{ remains: boolean }>(
    `select exists (select from kernel.principal p
       where p.state = 'active' and 'admin' = any(p.roles || p.group_roles) and p.id <> $1
       and not ($2 and coalesce(p.owner_id = $1, false))
       and (p.owner_id is null or exists (select from kernel.principal o where o.id = p.owner_id and o.state = 'active'))
       and (exists (select from kernel.access_key k where k.principal_id = p.id and 'graph' = any(k.scopes)
           and k.revoked_at is null and (k.expires_at is null or k.expires_at > $4))
         or ($3 and exists (select from kernel.external_identity i where i.principal_id = p.id)))) as remains`,
    [id, withServices, hasProvider, tx.now],
    'governance_admin_remains',
  );
  return row?.remains === true;
}
