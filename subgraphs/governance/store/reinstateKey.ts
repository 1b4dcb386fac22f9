import type { Tx } from '../../../kernel/db/database.ts';

/** Puts a key in force again, for ever. */
export async function reinstateKey(tx: Tx, id: string): Promise<void> {
  await tx.query(
    'update kernel.access_key set revoked_at = null, expires_at = null where id = $1',
    [id],
    'governance_reinstate_key',
  );
}
