import type { Tx } from '../../../kernel/db/database.ts';
import type { ServiceAccount } from '../domain/principal.ts';

/** Makes the account that the server gives its operator, unless it exists. True when it was made. */
export async function addAdminAccount(tx: Tx, { id, name, roles, state }: ServiceAccount): Promise<boolean> {
  const made = await tx.query(
    `insert into kernel.principal (id, kind, name, roles, state, external_namespace, external_name, recorded_at)
     values ($1, 'service', $2, $3, $4, 'cadastre', 'local-administrator', $5)
     on conflict do nothing returning id`,
    [id, name, roles, state, tx.now],
    'governance_add_admin_account',
  );
  return made.length === 1;
}
