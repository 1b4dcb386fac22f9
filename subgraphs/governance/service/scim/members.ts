import type { Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Principal } from '../../domain/principal.ts';
import { membersAdded, membersRemoved, rolesSet } from '../../domain/identityHappening.ts';
import { rolesAfter } from '../../domain/scim/groupRoles.ts';
import { adminRemains, lockAdmins } from '../../store/lockAdmins.ts';
import { addMembers, removeMembers } from '../../store/memberships.ts';
import { principalsById } from '../../store/principalsById.ts';
import { lockGrouped, setRolesOfMany } from '../../store/scim/roles.ts';
import type { ScimCall } from './call.ts';
import { lastAdmin } from './standing.ts';

/** Puts people into a group, and takes others out, by the word of the provider. */
export async function changeMembers(
  tx: Tx,
  teamId: string,
  { joined, left }: { readonly joined: readonly string[]; readonly left: readonly string[] },
): Promise<readonly Recorded[]> {
  const added = joined.length === 0 ? [] : await addMembers(tx, teamId, joined, 'scim');
  const removed = left.length === 0 ? [] : await removeMembers(tx, teamId, left, 'scim');
  return [
    ...(added.length === 0 ? [] : [membersAdded(teamId, added, 'scim')]),
    ...(removed.length === 0 ? [] : [membersRemoved(teamId, removed, 'scim')]),
  ];
}

/**
 * Does something to the groups of these people and gives them the roles that come with the groups.
 * @param teamId the group that is named where the last admin would go
 * @throws Fault CONFLICT
 */
export async function withRoles(
  tx: Tx,
  { kernel, request }: ScimCall,
  { teamId, memberIds }: { readonly teamId: string; readonly memberIds: readonly string[] },
  change: () => Promise<readonly Recorded[]>,
): Promise<readonly Recorded[]> {
  const roleOfGroup = kernel.provider?.settings.roleOfGroup;
  if (roleOfGroup === undefined || roleOfGroup.size === 0 || memberIds.length === 0) return change();
  await lockAdmins(tx);
  const before = new Map((await lockGrouped(tx, memberIds)).map((one) => [one.id, one]));
  const happened = await change();
  const wanted = (await lockGrouped(tx, memberIds)).flatMap(({ id, groupRoles, isTold, groups }) => {
    const roles = rolesAfter(
      { groupRoles, isTold, before: before.get(id)?.groups ?? [], after: groups },
      roleOfGroup,
      request.principal.roles,
    );
    return roles.join() === [...groupRoles].toSorted().join() ? [] : [{ id, roles }];
  });
  if (wanted.length === 0) return happened;
  const ids = wanted.map(({ id }) => id);
  const old = await principalsById(tx)(ids);
  await setRolesOfMany(tx, wanted);
  const now = new Map((await principalsById(tx)(ids)).map((one) => [one.id, one]));
  const isAdminLost = old.some((one) => isAdmin(one) && !isAdmin(now.get(one.id)));
  if (isAdminLost && !(await adminRemains(tx, { id: '', withServices: false }, true))) throw lastAdmin('Team', teamId);
  return [...happened, ...old.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((one) => rolesSet(one, now.get(one.id) ?? one))];
}

const isAdmin = (principal: Principal | undefined): boolean => principal?.state === 'active' && principal.roles.includes('admin');
