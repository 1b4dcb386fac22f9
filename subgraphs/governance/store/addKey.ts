import type { Tx } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';

/** Adds a key, known from now on by the HMAC of its token. */
export async function addKey(tx: Tx, key: AccessKey, hmac: Buffer): Promise<void> {
  await tx.query(
    `insert into kernel.access_key (id, principal_id, hmac, label, scopes, recorded_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [key.id, key.principalId, hmac, key.label, key.scopes, key.recordedAt, key.expiresAt],
    'governance_add_key',
  );
}
