import { record } from '../../../kernel/audit/record.ts';
import type { MutationInput, RefusedResult, Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import type { UserDeactivated, UserReactivated } from '../domain/result.ts';
import { deactivatable, reactivatable } from '../domain/standing.ts';
import { lockToChange } from '../store/changePrincipal.ts';
import { adminRemains, lockAdmins } from '../store/lockAdmins.ts';
import { changeIdentity } from './identityCall.ts';
import { letIn, putOut } from './standing.ts';

export interface UserInput extends MutationInput {
  readonly id: string;
}

/** Puts a person out: sessions and keys end, and services of theirs stop with this transaction. */
export const deactivateUser = (context: Context, input: UserInput): Promise<UserDeactivated | RefusedResult> =>
  changeIdentity(
    context,
    { operation: 'deactivateUser', noun: 'governance.user', input, subject: { type: 'User', field: 'id', id: input.id } },
    async (tx, origin, { provider }): Promise<UserDeactivated | Refusal> => {
      await lockAdmins(tx);
      const remains = await adminRemains(tx, { id: input.id, withServices: true }, provider !== undefined);
      const found = deactivatable(await lockToChange(tx, input.id), remains);
      if ('refusal' in found) return found;
      const receipt = await record(tx, origin, await putOut(tx, found));
      return { __typename: 'UserDeactivated', ...tokens(receipt), userId: found.id };
    },
  );

/** Lets a person in again. Sessions and keys that they had do not come back. */
export const reactivateUser = (context: Context, input: UserInput): Promise<UserReactivated | RefusedResult> =>
  changeIdentity(
    context,
    { operation: 'reactivateUser', noun: 'governance.user', input, subject: { type: 'User', field: 'id', id: input.id } },
    async (tx, origin): Promise<UserReactivated | Refusal> => {
      const found = reactivatable(await lockToChange(tx, input.id));
      if ('refusal' in found) return found;
      const receipt = await record(tx, origin, await letIn(tx, found));
      return { __typename: 'UserReactivated', ...tokens(receipt), userId: found.id };
    },
  );
