import type { Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { keyRevoked } from '../../domain/happening.ts';
import { userDeactivated, userReactivated } from '../../domain/identityHappening.ts';
import type { User } from '../../domain/principal.ts';
import { refusedFault } from '../../domain/scim/scimFault.ts';
import { setState } from '../../store/changePrincipal.ts';
import { adminRemains } from '../../store/lockAdmins.ts';
import { revokeKeysOf } from '../../store/scim/revokeKeysOf.ts';
import { endSessionsOf } from '../../store/sessions.ts';

/** Puts somebody out: sessions and keys end with this transaction, and keys do not come back. @throws Fault CONFLICT for the last admin */
export async function putOut(tx: Tx, { provider }: Kernel, user: User): Promise<readonly Recorded[]> {
  if (user.state !== 'active') return [];
  if (!(await adminRemains(tx, { id: user.id, withServices: true }, provider !== undefined))) throw lastAdmin('User', user.id);
  await setState(tx, user.id, 'deactivated');
  await endSessionsOf(tx, user.id);
  const keys = await revokeKeysOf(tx, user.id);
  return [userDeactivated({ ...user, state: 'deactivated' }), ...keys.map(keyRevoked)];
}

/** Lets somebody in again who was put out. */
export async function letIn(tx: Tx, user: User): Promise<readonly Recorded[]> {
  if (user.state !== 'deactivated') return [];
  await setState(tx, user.id, 'active');
  return [userReactivated({ ...user, state: 'active' })];
}

export const lastAdmin = (type: 'User' | 'Team', id: string) =>
  refusedFault(
    { type, id },
    'LAST_ADMIN',
    'Nobody else would get in as an admin. Let another admin sign in first, or make them a key.',
  );
