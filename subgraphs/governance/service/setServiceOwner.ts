import { record } from '../../../kernel/audit/record.ts';
import type { MutationInput, RefusedResult, Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import { ownerSet } from '../domain/identityHappening.ts';
import type { ServiceOwnerSet } from '../domain/result.ts';
import { refuseOwner } from '../domain/serviceOwner.ts';
import { ownable } from '../domain/standing.ts';
import { lockToChange, setOwner } from '../store/changePrincipal.ts';
import { lockPrincipal } from '../store/lockPrincipal.ts';
import { changeIdentity } from './identityCall.ts';

export interface SetServiceOwnerInput extends MutationInput {
  readonly id: string;
  readonly ownerId: string;
}

/** Lets another person answer for a service, which goes on when the one before is put out. */
export const setServiceOwner = (context: Context, input: SetServiceOwnerInput): Promise<ServiceOwnerSet | RefusedResult> =>
  changeIdentity(
    context,
    {
      operation: 'setServiceOwner',
      noun: 'governance.owner',
      input,
      subject: { type: 'ServiceAccount', field: 'id', id: input.id },
    },
    async (tx, origin): Promise<ServiceOwnerSet | Refusal> => {
      const found = ownable(await lockToChange(tx, input.id));
      if ('refusal' in found) return found;
      const refusal = refuseOwner(await lockPrincipal(tx, input.ownerId));
      if (refusal !== null) return refusal;
      await setOwner(tx, found.id, input.ownerId);
      const receipt = await record(tx, origin, [ownerSet(found, { ...found, ownerId: input.ownerId })]);
      return { __typename: 'ServiceOwnerSet', ...tokens(receipt), serviceAccountId: found.id };
    },
  );
