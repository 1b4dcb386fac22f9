import type { Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { User } from '../../domain/principal.ts';
import { refusedFault } from '../../domain/scim/scimFault.ts';
import { adminRemains } from '../../store/lockAdmins.ts';
import * as standing from '../standing.ts';

/** Puts somebody out who is in. @throws Fault CONFLICT for the last admin */
export async function putOut(tx: Tx, { provider }: Kernel, user: User): Promise<readonly Recorded[]> {
  if (user.state !== 'active') return [];
  if (!(await adminRemains(tx, { id: user.id, withServices: true }, provider !== undefined))) throw lastAdmin('User', user.id);
  return standing.putOut(tx, user);
}

/** Lets somebody in again who was put out. */
export const letIn = async (tx: Tx, user: User): Promise<readonly Recorded[]> =>
  user.state === 'deactivated' ? standing.letIn(tx, user) : [];

export const lastAdmin = (type: 'User' | 'Team', id: string) =>
  refusedFault(
    { type, id },
    'LAST_ADMIN',
    'Nobody else would get in as an admin. Let another admin sign in first, or make them a key.',
  );
