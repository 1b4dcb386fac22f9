import { sql } from 'drizzle-orm';
import type { Tx } from '../../../kernel/db/database.ts';
import type { Principal } from '../domain/principal.ts';
import { principal } from '../tables.ts';
import { principalOf } from './principalOf.ts';

/** Reads whoever has this address, without regard to case, in order to change them; null when nobody has. */
export async function lockPrincipalByEmail({ orm }: Tx, email: string): Promise<Principal | null> {
  const [row] = await orm
    .select()
    .from(principal)
    .where(sql`lower(${principal.email}) = lower(${email})`)
    .for('update');
  return row === undefined ? null : principalOf(row);
}
