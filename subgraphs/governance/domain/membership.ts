import { INTERNAL_ID } from '../../../kernel/identity/principal.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { MembershipOrigin, Principal, Team } from './principal.ts';
import { refusal } from '../../../kernel/mutation/refusal.ts';

/** The team that is meant, or why it is none. */
export function asTeam(found: Principal | null): Team | Refusal {
  if (found === null) return refusal('NOT_FOUND', 'No team has this id. Look it up with principals(filter: { kinds: [TEAM] }).');
  return found.kind === 'team' ? found : refusal('NOT_A_TEAM', `${found.id} is not a team.`);
}

/**
 * Why these cannot become members, or null.
 * @param wanted in the order that was asked for; null where nobody has the id
 * @param above ids of all teams that the team is in, directly or through others
 */
export function refuseMembers(
  team: Pick<Team, 'id'>,
  wanted: readonly { readonly id: string; readonly found: Principal | null }[],
  above: readonly string[],
): Refusal | null {
  for (const { id, found } of wanted) {
    if (found === null) return refusal('NOT_FOUND', `Nobody has the id ${id.slice(0, 60)}. Look it up with principals.`);
    if (id === INTERNAL_ID) return refusal('BUILT_IN', 'Cadastre itself is in no team.');
    if (found.state === 'deactivated')
      return refusal('MEMBER_DEACTIVATED', `${id} is deactivated and would come back into the team. Reactivate them first.`);
    if (id === team.id) return refusal('CYCLE', `${id} cannot be a member of itself.`);
    if (above.includes(id))
      return refusal(
        'CYCLE',
        `${id} cannot become a member of ${team.id}, which is in ${id} already, directly or through others.`,
      );
  }
  return null;
}

/** Whom nobody here put into the team, nobody here takes out: the provider would put them back. */
export function refuseRemoval(origins: ReadonlyMap<string, readonly MembershipOrigin[]>): Refusal | null {
  const kept = [...origins].filter(([, said]) => !said.includes('human')).map(([id]) => id);
  if (kept.length === 0) return null;
  return refusal(
    'FROM_PROVIDER',
    `${kept.slice(0, 3).join(', ')} came with a group of the identity provider. Take them out of the group, or unlink the team from it.`,
  );
}
