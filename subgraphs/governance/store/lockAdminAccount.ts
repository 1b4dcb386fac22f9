import type { Tx } from '../../../kernel/db/database.ts';

/** Id of the account that the server gives its operator, locked: of two servers that start at once the second sees the keys of the first. */
export async function lockAdminAccount(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `select id from kernel.principal where external_namespace = 'cadastre' and external_name = 'local-administrator' for update`,
    [],
    'governance_lock_admin_account',
  );
  return row?.id ?? '';
}
