import { INTERNAL_ID } from '../../../kernel/identity/principal.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { Principal, ServiceAccount, User } from './principal.ts';
import { refusal } from '../../../kernel/mutation/refusal.ts';

const LAST_ADMIN = refusal(
  'LAST_ADMIN',
  'Nobody else would get in as an admin. Let another admin sign in first, or make them a key.',
);

/** The person who is meant, or why it is none. */
function asUser(found: Principal | null): User | Refusal {
  if (found === null)
    return refusal('NOT_FOUND', 'No person has this id. Look it up with principals(filter: { kinds: [USER] }).');
  if (found.kind === 'team') return refusal('NOT_A_USER', `${found.id} is a team. Remove its members instead.`);
  return found.kind === 'user' ? found : refusal('NOT_A_USER', `${found.id} is a service account. Revoke its keys instead.`);
}

/** The person who can be put out. @param adminRemains whether somebody else gets in as an admin afterwards */
export function deactivatable(found: Principal | null, adminRemains: boolean): User | Refusal {
  const user = asUser(found);
  if ('refusal' in user) return user;
  if (user.state !== 'active') return refusal('NOT_ACTIVE', `${user.id} is ${user.state}: there is nothing to stop.`);
  return adminRemains ? user : LAST_ADMIN;
}

export function reactivatable(found: Principal | null): User | Refusal {
  const user = asUser(found);
  if ('refusal' in user || user.state === 'deactivated') return user;
  return refusal('NOT_DEACTIVATED', `${user.id} is ${user.state}, not deactivated.`);
}

/** Who can be given other roles. @param isAdminLost that they were an admin, will not be one, and nobody else is */
export function roleHolder(found: Principal | null, isAdminLost: boolean): User | ServiceAccount | Refusal {
  if (found === null) return refusal('NOT_FOUND', 'Nobody has this id. Look it up with principals.');
  if (found.kind === 'team')
    return refusal('TEAM_HOLDS_NO_ROLE', 'A team has no roles. Give them to its members, or name the team in a policy.');
  if (found.id === INTERNAL_ID) return refusal('BUILT_IN', 'The roles of Cadastre itself cannot be changed.');
  if (found.state !== 'active') return refusal('HOLDER_NOT_ACTIVE', `${found.id} is ${found.state}: only the active have roles.`);
  return isAdminLost ? LAST_ADMIN : found;
}

/** The service that somebody else can answer for. */
export function ownable(found: Principal | null): ServiceAccount | Refusal {
  if (found === null) return refusal('NOT_FOUND', 'No service account has this id. Look it up with principals.');
  if (found.kind !== 'service')
    return refusal('NOT_A_SERVICE', `${found.id} is no service account: nobody answers for it but itself.`);
  return found.ownerId === null
    ? refusal('BUILT_IN', 'The server made this account itself: it belongs to whoever runs it.')
    : found;
}
