import { record } from '../../../kernel/audit/record.ts';
import type { Origin } from '../../../kernel/audit/append.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { Fault } from '../../../kernel/fault.ts';
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
import { refuseClaim } from '../domain/claiming.ts';
import { refuseGrant } from '../domain/granting.ts';
import { userClaimed, userCreated } from '../domain/happening.ts';
import type { User } from '../domain/principal.ts';
import type { UserCreated } from '../domain/result.ts';
import { UNMADE } from '../domain/unmade.ts';
import { checkEmail, checkName } from '../domain/writtenText.ts';
import { addPrincipal } from '../store/addPrincipal.ts';
import { claimStub } from '../store/claimStub.ts';
import { lockPrincipalByEmail } from '../store/lockPrincipalByEmail.ts';

export interface CreateUserInput extends MutationInput {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
}

/** Makes a person, or makes a person of the stub that has this address. */
export function createUser({ kernel, request }: Context, input: CreateUserInput): Promise<UserCreated | RefusedResult> {
  const wanted = { name: checkName('name', input.name), email: checkEmail(input.email), roles: [...new Set(input.roles)] };
  const call: MutationCall<CreateUserInput> = {
    operation: 'createUser',
    noun: 'governance.user',
    action: 'identity.manage',
    input,
    prepare: () => ({ subject: { type: 'User', id: UNMADE } }),
  };
  return mutate(kernel.db, request, call, async (tx, origin): Promise<UserCreated | Refusal> => {
    const user: Reachable = { kind: 'user', id: newId('user', toMs(tx.now)), state: 'active', ...wanted };
    return refuseGrant(request.principal, user.roles) ?? (await add(tx, origin, user)) ?? claim(tx, origin, user);
  });
}

type Reachable = User & { readonly email: string };

/** Null when somebody has the address already. */
async function add(tx: Tx, origin: Origin, user: User): Promise<UserCreated | null> {
  if (!(await addPrincipal(tx, user))) return null;
  const receipt = await record(tx, origin, [userCreated(user)]);
  return { __typename: 'UserCreated', ...tokens(receipt), userId: user.id };
}

async function claim(tx: Tx, origin: Origin, wanted: Reachable): Promise<UserCreated | Refusal> {
  const holder = await lockPrincipalByEmail(tx, wanted.email);
  if (holder === null) throw new Fault('CONFLICT', { public: 'Somebody else changed who has this address. Try again.' });
  const refusal = refuseClaim(holder);
  if (refusal !== null) return refusal;
  const user = { ...wanted, id: holder.id };
  await claimStub(tx, user);
  const receipt = await record(tx, origin, [userClaimed(holder, user)]);
  return { __typename: 'UserCreated', ...tokens(receipt), userId: user.id };
}
