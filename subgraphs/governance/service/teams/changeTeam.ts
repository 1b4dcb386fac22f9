import { record } from '../../../../kernel/audit/record.ts';
import { badInput } from '../../../../kernel/fault.ts';
import type { IdentityProvider } from '../../../../kernel/identity/oidc/identityProvider.ts';
import type { MutationInput, RefusedResult, Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { membersRemoved, teamLinked, teamRenamed } from '../../domain/identityHappening.ts';
import { asTeam } from '../../domain/membership.ts';
import type { Team } from '../../domain/principal.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { TeamLinked, TeamRenamed } from '../../domain/result.ts';
import { checkName } from '../../domain/writtenText.ts';
import type { ExternalName } from '../../store/addPrincipal.ts';
import { lockToChange, setExternalName, setName } from '../../store/changePrincipal.ts';
import { removeAllOf } from '../../store/memberships.ts';
import { changeIdentity } from '../identityCall.ts';

const GROUP_MAX = 300;

export interface RenameTeamInput extends MutationInput {
  readonly id: string;
  readonly name: string;
}

export function renameTeam(context: Context, input: RenameTeamInput): Promise<TeamRenamed | RefusedResult> {
  const name = checkName('name', input.name);
  return changeIdentity(context, callOf('renameTeam', input), async (tx, origin): Promise<TeamRenamed | Refusal> => {
    const team = asTeam(await lockToChange(tx, input.id));
    if ('refusal' in team) return team;
    await setName(tx, team.id, name);
    const receipt = await record(tx, origin, [teamRenamed(team, { ...team, name })]);
    return { __typename: 'TeamRenamed', ...tokens(receipt), teamId: team.id };
  });
}

export interface LinkTeamInput extends MutationInput {
  readonly id: string;
  readonly group?: string | null | undefined;
}

/** Ties a team to a group of the provider, or unties it: then those leave who were in it only by the group. */
export function linkTeam(context: Context, input: LinkTeamInput): Promise<TeamLinked | RefusedResult> {
  const group = checkGroup(input.group ?? null);
  return changeIdentity(context, callOf('linkTeam', input), async (tx, origin, { provider }): Promise<TeamLinked | Refusal> => {
    const team = asTeam(await lockToChange(tx, input.id));
    if ('refusal' in team) return team;
    const external = externalGroup(provider, group);
    if (external !== null && 'refusal' in external) return external;
    if (!(await setExternalName(tx, team.id, external))) return GROUP_TAKEN;
    const linked: Team = { ...team, group };
    const left = team.group === group ? [] : await removeAllOf(tx, team.id, 'oidc');
    const receipt = await record(tx, origin, [
      teamLinked(team, linked),
      ...(left.length === 0 ? [] : [membersRemoved(team.id, left, 'oidc')]),
    ]);
    return { __typename: 'TeamLinked', ...tokens(receipt), teamId: team.id };
  });
}

export const GROUP_TAKEN = refusal('GROUP_TAKEN', 'Another team is linked to this group. Unlink that one first.');

/** The name of a group as principals have it, or why there is none. */
export function externalGroup(provider: IdentityProvider | undefined, group: string | null): ExternalName | Refusal | null {
  if (group === null) return null;
  if (provider !== undefined) return { namespace: provider.settings.issuer, name: group };
  return refusal(
    'NO_PROVIDER',
    'No identity provider is configured, so there are no groups. An operator sets CADASTRE_OIDC_ISSUER.',
  );
}

/** @throws Fault BAD_USER_INPUT */
export function checkGroup(group: string | null): string | null {
  if (group === null || (group.trim() !== '' && group.length <= GROUP_MAX)) return group;
  throw badInput(`group must have 1 to ${GROUP_MAX} characters, as the identity provider writes it, e.g. "data-platform".`);
}

const callOf = <I extends MutationInput & { readonly id: string }>(operation: string, input: I) => ({
  operation,
  noun: 'governance.team',
  input,
  subject: { type: 'Team', field: 'id', id: input.id },
});
