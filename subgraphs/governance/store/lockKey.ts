import { eq } from 'drizzle-orm';
import type { Tx } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

/** Reads a key in order to change it; null when there is none. */
export async function lockKey({ orm }: Tx, id: string): Promise<AccessKey | null> {
  const [key] = await orm.select().from(accessKey).where(eq(accessKey.id, id)).for('update');
  return key ?? null;
}
