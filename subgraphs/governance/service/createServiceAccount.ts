import { record } from '../../../kernel/audit/record.ts';
import type { Role } from '../../../kernel/identity/principal.ts';
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
import { refuseGrant } from '../domain/granting.ts';
import { serviceCreated } from '../domain/happening.ts';
import type { ServiceAccount } from '../domain/principal.ts';
import type { ServiceAccountCreated } from '../domain/result.ts';
import { refuseOwner, wantedOwnerId } from '../domain/serviceOwner.ts';
import { UNMADE } from '../domain/unmade.ts';
import { checkName } from '../domain/writtenText.ts';
import { addPrincipal } from '../store/addPrincipal.ts';
import { lockPrincipal } from '../store/lockPrincipal.ts';

export interface CreateServiceAccountInput extends MutationInput {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly ownerId?: string | null | undefined;
}

/** Makes a service account that a human answers for. */
export function createServiceAccount(
  { kernel, request }: Context,
  input: CreateServiceAccountInput,
): Promise<ServiceAccountCreated | RefusedResult> {
  const name = checkName('name', input.name);
  const roles = [...new Set(input.roles)];
  const ownerId = wantedOwnerId(request.principal, input.ownerId ?? null);
  const call: MutationCall<CreateServiceAccountInput> = {
    operation: 'createServiceAccount',
    noun: 'governance.service',
    action: 'identity.manage',
    input,
    prepare: () => ({ subject: { type: 'ServiceAccount', id: UNMADE } }),
  };
  return mutate(kernel.db, request, call, async (tx, origin): Promise<ServiceAccountCreated | Refusal> => {
    const owner = ownerId === null ? null : await lockPrincipal(tx, ownerId);
    const refusal = refuseGrant(request.principal, roles) ?? refuseOwner(owner);
    if (refusal !== null) return refusal;
    const account: ServiceAccount = {
      kind: 'service',
      id: newId('service', toMs(tx.now)),
      name,
      state: 'active',
      roles,
      ownerId,
    };
    await addPrincipal(tx, account);
    const receipt = await record(tx, origin, [serviceCreated(account)]);
    return { __typename: 'ServiceAccountCreated', ...tokens(receipt), serviceAccountId: account.id };
  });
}
