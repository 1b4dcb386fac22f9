import { eq } from 'drizzle-orm';
import type { Tx } from '../../../kernel/db/database.ts';
import type { Principal } from '../domain/principal.ts';
import { principal } from '../tables.ts';
import { principalOf } from './principalOf.ts';

/** Reads a principal and keeps it as it is until the transaction ends; null when there is none. */
export async function lockPrincipal({ orm }: Tx, id: string): Promise<Principal | null> {
  const [row] = await orm.select().from(principal).where(eq(principal.id, id)).for('share');
  return row === undefined ? null : principalOf(row);
}
