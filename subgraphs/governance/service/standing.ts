import type { Recorded } from '../../../kernel/audit/record.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { keyRevoked } from '../domain/happening.ts';
import { userDeactivated, userReactivated } from '../domain/identityHappening.ts';
import type { User } from '../domain/principal.ts';
import { setState } from '../store/changePrincipal.ts';
import { revokeKeysOf } from '../store/revokeKeysOf.ts';
import { endSessionsOf } from '../store/sessions.ts';

/** Puts somebody out, whoever wants it: sessions and keys end with this transaction, for good. Services of theirs stop meanwhile. */
export async function putOut(tx: Tx, user: User): Promise<readonly Recorded[]> {
  await setState(tx, user.id, 'deactivated');
  await endSessionsOf(tx, user.id);
  const keys = await revokeKeysOf(tx, user.id);
  return [userDeactivated({ ...user, state: 'deactivated' }), ...keys.map(keyRevoked)];
}

/** Lets somebody in again, with nothing of what they had: they sign in anew, and get new keys. */
export async function letIn(tx: Tx, user: User): Promise<readonly Recorded[]> {
  await setState(tx, user.id, 'active');
  // Whoever was put out before keys were revoked by it still has them.
  const keys = await revokeKeysOf(tx, user.id);
  return [userReactivated({ ...user, state: 'active' }), ...keys.map(keyRevoked)];
}
