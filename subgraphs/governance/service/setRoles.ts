import { record } from '../../../kernel/audit/record.ts';
import type { Role } from '../../../kernel/identity/principal.ts';
import type { MutationInput, RefusedResult, Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import { refuseGrant } from '../domain/granting.ts';
import { rolesSet } from '../domain/identityHappening.ts';
import type { RolesSet } from '../domain/result.ts';
import { roleHolder } from '../domain/standing.ts';
import { lockToChange, setGivenRoles } from '../store/changePrincipal.ts';
import { adminRemains, lockAdmins } from '../store/lockAdmins.ts';
import { changeIdentity } from './identityCall.ts';

export interface SetRolesInput extends MutationInput {
  readonly principalId: string;
  readonly roles: readonly Role[];
}

/** Replaces the roles that people gave. Those that come with groups of the provider stay. */
export const setRoles = (context: Context, input: SetRolesInput): Promise<RolesSet | RefusedResult> =>
  changeIdentity(
    context,
    {
      operation: 'setRoles',
      noun: 'governance.roles',
      input,
      subject: { type: 'Principal', field: 'principalId', id: input.principalId },
    },
    async (tx, origin, { provider }): Promise<RolesSet | Refusal> => {
      const { principalId } = input;
      await lockAdmins(tx);
      const before = await lockToChange(tx, principalId);
      const isAdminLost =
        before?.roles.includes('admin') === true &&
        !input.roles.includes('admin') &&
        !(await adminRemains(tx, { id: principalId, withServices: false }, provider !== undefined));
      const found = roleHolder(before, isAdminLost);
      if ('refusal' in found) return found;
      const refusal = refuseGrant(context.request.principal, input.roles);
      if (refusal !== null) return refusal;
      await setGivenRoles(tx, principalId, [...new Set(input.roles)]);
      const after = (await lockToChange(tx, principalId)) ?? found;
      const receipt = await record(tx, origin, [rolesSet(found, after)]);
      return { __typename: 'RolesSet', ...tokens(receipt), principalId };
    },
  );
