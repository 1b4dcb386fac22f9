import { record } from '../../../kernel/audit/record.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { mintToken, tokenHmac } from '../../../kernel/identity/token.ts';
import { newId } from '../../../kernel/ids.ts';
import type { MutationInput, RefusedResult, Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import { decide } from '../../../kernel/policy/decision.ts';
import { toMs } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import { keyCreated } from '../domain/happening.ts';
import { keyRotated } from '../domain/identityHappening.ts';
import { refuseKey } from '../domain/keyHolding.ts';
import type { AccessKey } from '../domain/principal.ts';
import type { AccessKeyRotated } from '../domain/result.ts';
import { NO_SUCH_KEY } from '../domain/revoking.ts';
import { checkOverlap, overlapEnd, refuseOwnRotation, refuseRotation, successorExpiry } from '../domain/rotation.ts';
import { addKey } from '../store/addKey.ts';
import { expireKey } from '../store/expireKey.ts';
import { holderOfKey } from '../store/holderOfKey.ts';
import { lockAdminAccount } from '../store/lockAdminAccount.ts';
import { lockKey } from '../store/lockKey.ts';
import { lockPrincipal } from '../store/lockPrincipal.ts';
import { LABEL } from './ensureAdmin.ts';
import { changeIdentity } from './identityCall.ts';

export interface RotateAccessKeyInput extends MutationInput {
  readonly id: string;
  readonly overlapSeconds: number;
}

/**
 * Makes a successor with the same holder, label and scopes; the old key goes on for a while, so that nobody is cut off. Whoever holds a
 * key may do so themselves, but not for longer than it was given to them.
 */
export async function rotateAccessKey(context: Context, input: RotateAccessKeyInput): Promise<AccessKeyRotated | RefusedResult> {
  const overlap = checkOverlap(input.overlapSeconds);
  const isSelfService = await isOwnAlone(context, input.id);
  const subject = { type: 'AccessKey', field: 'id', id: input.id };
  const action = isSelfService ? 'identity.rotateOwnKey' : 'identity.manage';
  let token: string | null = null;
  const result = await changeIdentity(
    context,
    { operation: 'rotateAccessKey', noun: 'governance.key', input, subject, action },
    async (tx, origin, kernel): Promise<AccessKeyRotated | Refusal> => {
      const old = await lockKey(tx, input.id);
      if (old === null) return NO_SUCH_KEY;
      const id = newId('key', toMs(tx.now));
      const successor: AccessKey = {
        ...old,
        id,
        recordedAt: tx.now,
        expiresAt: isSelfService ? old.expiresAt : successorExpiry(old, tx.now),
        lastUsedAt: null,
      };
      const holder = await lockPrincipal(tx, old.principalId);
      const refusal =
        (isSelfService ? refuseOwnRotation(old, context.request.principal) : null) ??
        refuseRotation(old, await isOperators(tx, old), tx.now) ??
        refuseKey(context.request.principal, { holder, expiresAt: successor.expiresAt }, tx.now);
      if (refusal !== null) return refusal;
      token = mintToken(kernel.environment, id).token;
      await addKey(tx, successor, tokenHmac(kernel.pepper, token));
      const endsAt = overlapEnd(old, tx.now, overlap);
      await expireKey(tx, old.id, endsAt);
      const receipt = await record(tx, origin, [keyRotated(old, successor, endsAt), keyCreated(successor)]);
      return { __typename: 'AccessKeyRotated', ...tokens(receipt), accessKeyId: id, replacedId: old.id, token: null };
    },
  );
  return result.__typename === 'AccessKeyRotated' ? { ...result, token } : result;
}

/** Whether the caller holds the key, and may not manage those of everybody. */
const isOwnAlone = async ({ kernel, request }: Context, keyId: string): Promise<boolean> =>
  decide(request, 'identity.manage').effect === 'deny' && (await holderOfKey(kernel.db, keyId)) === request.principal.id;

const isOperators = async (tx: Tx, { label, principalId }: AccessKey): Promise<boolean> =>
  label === LABEL && principalId === (await lockAdminAccount(tx));
