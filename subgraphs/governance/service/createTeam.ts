import { record } from '../../../kernel/audit/record.ts';
import { newId } from '../../../kernel/ids.ts';
import {
  mutate,
  type MutationCall,
  type MutationInput,
  type RefusedResult,
  type Refusal,
} from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import { toMs } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import { teamCreated } from '../domain/happening.ts';
import type { Team } from '../domain/principal.ts';
import type { TeamCreated } from '../domain/result.ts';
import { UNMADE } from '../domain/unmade.ts';
import { checkName } from '../domain/writtenText.ts';
import { addPrincipal } from '../store/addPrincipal.ts';
import { checkGroup, externalGroup, GROUP_TAKEN } from './teams/changeTeam.ts';

export interface CreateTeamInput extends MutationInput {
  readonly name: string;
  readonly group?: string | null | undefined;
}

/** Makes a team. Teams own things; they hold no keys and no roles. */
export function createTeam({ kernel, request }: Context, input: CreateTeamInput): Promise<TeamCreated | RefusedResult> {
  const name = checkName('name', input.name);
  const group = checkGroup(input.group ?? null);
  const call: MutationCall<CreateTeamInput> = {
    operation: 'createTeam',
    noun: 'governance.team',
    action: 'identity.manage',
    input,
    prepare: () => ({ subject: { type: 'Team', id: UNMADE } }),
  };
  return mutate(kernel.db, request, call, async (tx, origin): Promise<TeamCreated | Refusal> => {
    const external = externalGroup(kernel.provider, group);
    if (external !== null && 'refusal' in external) return external;
    const team: Team = { kind: 'team', id: newId('team', toMs(tx.now)), name, state: 'active', roles: [], group };
    if (!(await addPrincipal(tx, team, external))) return GROUP_TAKEN;
    const receipt = await record(tx, origin, [teamCreated(team)]);
    return { __typename: 'TeamCreated', ...tokens(receipt), teamId: team.id };
  });
}
