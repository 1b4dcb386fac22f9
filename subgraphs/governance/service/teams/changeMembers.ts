import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import type { MutationInput, RefusedResult, Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { membersAdded, membersRemoved } from '../../domain/identityHappening.ts';
import { asTeam, refuseMembers, refuseRemoval } from '../../domain/membership.ts';
import type { Principal } from '../../domain/principal.ts';
import type { TeamMembersAdded, TeamMembersRemoved } from '../../domain/result.ts';
import { lockPrincipal } from '../../store/lockPrincipal.ts';
import { addMembers, lockTeamTree, originsOf, removeMembers, teamsAbove } from '../../store/memberships.ts';
import { principalsById } from '../../store/principalsById.ts';
import { changeIdentity } from '../identityCall.ts';

const MEMBERS_MAX = 100;

export interface TeamMembersInput extends MutationInput {
  readonly teamId: string;
  readonly memberIds: readonly string[];
}

/** Puts people, services and teams into a team. Who is in it already stays, now also by the word of the caller. */
export function addTeamMembers(context: Context, input: TeamMembersInput): Promise<TeamMembersAdded | RefusedResult> {
  const memberIds = checkMembers(input);
  return changeIdentity(context, callOf('addTeamMembers', input), async (tx, origin): Promise<TeamMembersAdded | Refusal> => {
    await lockTeamTree(tx);
    const team = asTeam(await lockPrincipal(tx, input.teamId));
    if ('refusal' in team) return team;
    const refusal = refuseMembers(team, await found(tx, memberIds), await teamsAbove(tx, team.id));
    if (refusal !== null) return refusal;
    const addedIds = await addMembers(tx, team.id, memberIds, 'human');
    const receipt = await record(tx, origin, [membersAdded(team.id, addedIds, 'human')]);
    return { __typename: 'TeamMembersAdded', ...tokens(receipt), teamId: team.id, addedIds };
  });
}

/** Takes back what people said about members. Who is also in the team by a group of the provider stays. */
export function removeTeamMembers(context: Context, input: TeamMembersInput): Promise<TeamMembersRemoved | RefusedResult> {
  const memberIds = checkMembers(input);
  return changeIdentity(
    context,
    callOf('removeTeamMembers', input),
    async (tx, origin): Promise<TeamMembersRemoved | Refusal> => {
      const team = asTeam(await lockPrincipal(tx, input.teamId));
      if ('refusal' in team) return team;
      const refusal = refuseRemoval(await originsOf(tx, team.id, memberIds));
      if (refusal !== null) return refusal;
      const removedIds = await removeMembers(tx, team.id, memberIds, 'human');
      const receipt = await record(tx, origin, [membersRemoved(team.id, removedIds, 'human')]);
      return { __typename: 'TeamMembersRemoved', ...tokens(receipt), teamId: team.id, removedIds };
    },
  );
}

const callOf = <I extends TeamMembersInput>(operation: string, input: I) => ({
  operation,
  noun: 'governance.members',
  input,
  subject: { type: 'Team', field: 'teamId', id: input.teamId },
});

function checkMembers({ memberIds }: TeamMembersInput): readonly string[] {
  const different = [...new Set(memberIds)];
  if (different.length >= 1 && different.length <= MEMBERS_MAX) return different;
  throw badInput(`memberIds must name 1 to ${MEMBERS_MAX} principals, e.g. ["usr_01j…"].`);
}

async function found(tx: Tx, ids: readonly string[]): Promise<readonly { id: string; found: Principal | null }[]> {
  const known = new Map((await principalsById(tx)(ids)).map((principal) => [principal.id, principal]));
  return ids.map((id) => ({ id, found: known.get(id) ?? null }));
}
