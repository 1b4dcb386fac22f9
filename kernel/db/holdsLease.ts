import type { Lease, Tx } from './database.ts';

/** Fencing: whether the lease is still held. Nobody can take it until the transaction that asks has ended. */
export async function holdsLease(tx: Tx, { name, token }: Pick<Lease, 'name' | 'token'>): Promise<boolean> {
  const held = await tx.query(
    'select 1 from kernel.lease where name = $1 and token = $2 and expires_at > clock_timestamp() for share',
    [name, token.toString()],
    'lease_held',
  );
  return held.length > 0;
}
