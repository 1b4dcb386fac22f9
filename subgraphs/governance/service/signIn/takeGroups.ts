import type { Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Claims } from '../../../../kernel/identity/oidc/claims.ts';
import type { OidcConfig } from '../../../../kernel/identity/oidc/oidcConfig.ts';
import { atMs, toMs } from '../../../../kernel/time.ts';
import { membersAdded, membersRemoved, rolesSet } from '../../domain/identityHappening.ts';
import { lockToChange } from '../../store/changePrincipal.ts';
import { type Linked, setGroupRoles, setGroupsAt, teamDifference } from '../../store/externalIdentities.ts';
import { addMembers, removeMembers } from '../../store/memberships.ts';

/** Makes memberships and roles what the provider says of groups. Where it says nothing, or less lately, they stay. */
export async function takeGroups(
  tx: Tx,
  { roleOfGroup }: Pick<OidcConfig, 'roleOfGroup'>,
  { principal, groupsAt }: Linked,
  claims: Claims,
): Promise<readonly Recorded[]> {
  const { groups, issuer } = claims;
  // A clock that runs ahead must not keep later tokens from being believed.
  const issuedAtMs = Math.min(claims.issuedAtMs, toMs(tx.now));
  if (groups === null || (groupsAt !== null && issuedAtMs < toMs(groupsAt))) return [];
  if (groupsAt === null || issuedAtMs > toMs(groupsAt)) await setGroupsAt(tx, claims, atMs(issuedAtMs));
  const happened: Recorded[] = [];
  const roles = [...new Set(groups.flatMap((group) => roleOfGroup.get(group) ?? []))].toSorted();
  if (await setGroupRoles(tx, principal.id, roles))
    happened.push(rolesSet(principal, (await lockToChange(tx, principal.id)) ?? principal));
  const { joined, left } = await teamDifference(tx, principal.id, issuer, groups);
  for (const teamId of joined) {
    await addMembers(tx, teamId, [principal.id], 'oidc');
    happened.push(membersAdded(teamId, [principal.id], 'oidc'));
  }
  for (const teamId of left) {
    await removeMembers(tx, teamId, [principal.id], 'oidc');
    happened.push(membersRemoved(teamId, [principal.id], 'oidc'));
  }
  return happened;
}
