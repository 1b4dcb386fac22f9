import { record } from '../../../kernel/audit/record.ts';
import {
  mutate,
  type MutationCall,
  type MutationInput,
  type RefusedResult,
  type Refusal,
} from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import { keyRevoked } from '../domain/happening.ts';
import type { AccessKeyRevoked } from '../domain/result.ts';
import { NO_SUCH_KEY, refuseRevocation } from '../domain/revoking.ts';
import { lockAdminKeys } from '../store/lockAdminKeys.ts';
import { lockKey } from '../store/lockKey.ts';
import { revocationOf } from '../store/revocationOf.ts';
import { revokeKey } from '../store/revokeKey.ts';

export interface RevokeAccessKeyInput extends MutationInput {
  readonly id: string;
}

/** Ends a key at once. A key that was revoked before is answered with the event that did it. */
export function revokeAccessKey(
  { kernel, request }: Context,
  input: RevokeAccessKeyInput,
): Promise<AccessKeyRevoked | RefusedResult> {
  const call: MutationCall<RevokeAccessKeyInput> = {
    operation: 'revokeAccessKey',
    noun: 'governance.key',
    action: 'identity.manage',
    input,
    prepare: () => ({ subject: writtenSubject(kernel.pepper, 'AccessKey', 'id', input.id) }),
  };
  return mutate(kernel.db, request, call, async (tx, origin): Promise<AccessKeyRevoked | Refusal> => {
    const adminKeyIds = await lockAdminKeys(tx);
    const key = await lockKey(tx, input.id);
    if (key === null) return NO_SUCH_KEY;
    const earlier = key.revokedAt === null ? null : await revocationOf(tx, key.id);
    if (earlier !== null) return { __typename: 'AccessKeyRevoked', ...earlier, accessKeyId: key.id };
    const refusal = refuseRevocation(key, adminKeyIds);
    if (refusal !== null) return refusal;
    await revokeKey(tx, key.id);
    const receipt = await record(tx, origin, [keyRevoked({ ...key, revokedAt: tx.now })]);
    return { __typename: 'AccessKeyRevoked', ...tokens(receipt), accessKeyId: key.id };
  });
}
