import type { Tx } from '../../../kernel/db/database.ts';

/** Ends a key. `authenticate` asks for each request, so it stops with this transaction. */
export async function revokeKey(tx: Tx, id: string): Promise<void> {
  await tx.query(
    'update kernel.access_key set revoked_at = $2 where id = $1 and revoked_at is null',
    [id, tx.now],
    'governance_revoke_key',
  );
}
