import type { Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';

/** Lets a key go on until then at the latest. */
export async function expireKey(tx: Tx, id: string, at: Instant): Promise<void> {
  await tx.query(
    'update kernel.access_key set expires_at = least(coalesce(expires_at, $2), $2) where id = $1',
    [id, at],
    'governance_expire_key',
  );
}
