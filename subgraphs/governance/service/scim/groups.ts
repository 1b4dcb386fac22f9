import { record, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { notFound } from '../../../../kernel/fault.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { teamCreated } from '../../domain/happening.ts';
import { teamRenamed } from '../../domain/identityHappening.ts';
import type { Team } from '../../domain/principal.ts';
import { groupDocument, readGroup, type WantedGroup } from '../../domain/scim/group.ts';
import { teamChanged } from '../../domain/scim/happening.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import { scimFault } from '../../domain/scim/scimFault.ts';
import { addPrincipal } from '../../store/addPrincipal.ts';
import { lockToChange, setName } from '../../store/changePrincipal.ts';
import { changeKept, groupsNamed, keep, letGo, linkedTeam, lockGroups, lockKept } from '../../store/scim/kept.ts';
import { membersOfGroups, unknownPeople } from '../../store/scim/members.ts';
import type { Kept } from '../../store/scim/resourceRow.ts';
import { changing, type ScimCall } from './call.ts';
import { changeMembers, withRoles } from './members.ts';
import { requireVersion } from './version.ts';

/**
 * Makes a team, or takes over the one that people linked to this group of the provider, or that the provider had let go.
 * @returns the id
 * @throws Fault CONFLICT uniqueness
 */
export function createGroup(call: ScimCall, resource: JsonObject): Promise<string> {
  const wanted = readGroup(resource);
  return changing(call, 'scim.createGroup', async (tx, origin) => {
    await lockGroups(tx);
    const [sameName] = await groupsNamed(tx, wanted.name);
    if (sameName?.isRemoved === false) throw taken();
    const issuer = call.kernel.provider?.settings.issuer;
    const names = wanted.externalId === null ? [wanted.name] : [wanted.name, wanted.externalId];
    const known = sameName?.id ?? (issuer === undefined ? null : await linkedTeam(tx, issuer, names));
    const begun = known === null ? await make(tx, wanted) : await resume(tx, known, wanted);
    await keep(tx, 'group', begun.team.id, { externalId: wanted.externalId, active: true, attributes: {} });
    const joined = [...wanted.memberIds];
    await refuseUnknown(tx, joined);
    const happened = await withRoles(tx, call, { teamId: begun.team.id, memberIds: joined }, () =>
      changeMembers(tx, begun.team.id, { joined, left: [] }),
    );
    await record(tx, origin, [...begun.happened, ...happened]);
    return begun.team.id;
  });
}

interface Begun {
  readonly team: Team;
  readonly happened: readonly Recorded[];
}

async function make(tx: Tx, { name }: WantedGroup): Promise<Begun> {
  const team: Team = { kind: 'team', id: newId('team', toMs(tx.now)), name, state: 'active', roles: [], group: null };
  await addPrincipal(tx, team);
  return { team, happened: [teamCreated(team)] };
}

async function resume(tx: Tx, id: string, { name, externalId }: WantedGroup): Promise<Begun> {
  const team = await lockTeam(tx, id);
  const renamed = { ...team, name };
  if (team.name !== name) await setName(tx, id, name);
  return {
    team: renamed,
    happened: [teamChanged(renamed, ['provisioning'], externalId), ...(team.name === name ? [] : [teamRenamed(team, renamed)])],
  };
}

const taken = () => scimFault('uniqueness', 'There is a group of this name already. Find it with the filter displayName eq.');

/** Makes a group what `change` makes of it. @throws Fault NOT_FOUND, CONFLICT */
export function changeGroup(
  call: ScimCall,
  id: string,
  operation: string,
  change: (before: JsonObject) => JsonObject,
): Promise<void> {
  return changing(call, operation, async (tx, origin) => {
    const { kept, team } = await lockGroup(tx, id);
    requireVersion(call, kept);
    const memberIds = new Set((await membersOfGroups(tx, [id])).map(({ memberId }) => memberId));
    const wanted = readGroup(change(groupDocument({ ...kept, memberIds })));
    const joined = [...wanted.memberIds].filter((member) => !memberIds.has(member));
    const left = [...memberIds].filter((member) => !wanted.memberIds.has(member));
    const isNamed = kept.name !== wanted.name || kept.externalId !== wanted.externalId;
    if (!isNamed && joined.length + left.length === 0) return;
    await refuseUnknown(tx, joined);
    // What a group is called decides on the roles of all who are in it.
    const touched = isNamed ? [...memberIds, ...joined] : [...joined, ...left];
    const happened = await withRoles(tx, call, { teamId: id, memberIds: touched }, async () => [
      ...(isNamed ? await rename(tx, team, kept.externalId, wanted) : []),
      ...(await changeMembers(tx, id, { joined, left })),
    ]);
    await changeKept(tx, id, { externalId: wanted.externalId, active: true, attributes: {} });
    await record(tx, origin, happened);
  });
}

async function rename(tx: Tx, team: Team, known: string | null, { name, externalId }: WantedGroup): Promise<readonly Recorded[]> {
  const renamed = { ...team, name };
  if (team.name !== name) {
    await lockGroups(tx);
    const others = (await groupsNamed(tx, name)).filter(({ id, isRemoved }) => id !== team.id && !isRemoved);
    if (others.length > 0) throw taken();
    await setName(tx, team.id, name);
  }
  await changeKept(tx, team.id, { externalId, active: true, attributes: {} });
  return [
    ...(team.name === name ? [] : [teamRenamed(team, renamed)]),
    ...(known === externalId ? [] : [teamChanged(renamed, ['externalId'], externalId)]),
  ];
}

/** Lets go of a group: whom the provider put there leaves. The team stays, with what it owns. @throws Fault NOT_FOUND, CONFLICT */
export function deleteGroup(call: ScimCall, id: string): Promise<void> {
  return changing(call, 'scim.deleteGroup', async (tx, origin) => {
    const { kept, team } = await lockGroup(tx, id);
    requireVersion(call, kept);
    const left = (await membersOfGroups(tx, [id])).map(({ memberId }) => memberId);
    const happened = await withRoles(tx, call, { teamId: id, memberIds: left }, () =>
      changeMembers(tx, id, { joined: [], left }),
    );
    await letGo(tx, id);
    await record(tx, origin, [teamChanged(team, ['provisioning'], kept.externalId), ...happened]);
  });
}

async function lockGroup(tx: Tx, id: string): Promise<{ readonly kept: Kept; readonly team: Team }> {
  const kept = await lockKept(tx, id);
  if (kept === null || kept.isRemoved) throw notFound('This group');
  const team = await lockTeam(tx, id);
  return { kept: { ...kept, name: team.name }, team };
}

async function lockTeam(tx: Tx, id: string): Promise<Team> {
  const team = await lockToChange(tx, id);
  if (team?.kind !== 'team') throw notFound('This group');
  return team;
}

async function refuseUnknown(tx: Tx, ids: readonly string[]): Promise<void> {
  const unknown = ids.length === 0 ? [] : await unknownPeople(tx, ids);
  if (unknown.length === 0) return;
  throw scimFault('invalidValue', `No person is kept here under ${unknown.slice(0, 3).join(', ')}. Create them first.`);
}
