import { sql } from 'drizzle-orm';
import type { Tx } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

/** The key of the token with this HMAC, whosever it is and whether or not it is in force; null when there is none. */
export async function keyByHmac({ orm }: Tx, hmac: Buffer): Promise<AccessKey | null> {
  const [key] = await orm
    .select()
    .from(accessKey)
    .where(sql`hmac = ${hmac}`)
    .for('update');
  return key ?? null;
}
