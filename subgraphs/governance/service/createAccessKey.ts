import { record } from '../../../kernel/audit/record.ts';
import { badInput } from '../../../kernel/fault.ts';
import type { Scope } from '../../../kernel/identity/principal.ts';
import { mintToken, tokenHmac } from '../../../kernel/identity/token.ts';
import { newId } from '../../../kernel/ids.ts';
import {
  mutate,
  type MutationCall,
  type MutationInput,
  type RefusedResult,
  type Refusal,
} from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import { parseInstant, toMs } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import { keyCreated } from '../domain/happening.ts';
import { refuseKey } from '../domain/keyHolding.ts';
import type { AccessKey } from '../domain/principal.ts';
import type { AccessKeyCreated } from '../domain/result.ts';
import { checkName } from '../domain/writtenText.ts';
import { addKey } from '../store/addKey.ts';
import { lockPrincipal } from '../store/lockPrincipal.ts';

const SCOPES_USUAL: readonly Scope[] = ['graph'];

export interface CreateAccessKeyInput extends MutationInput {
  readonly principalId: string;
  readonly label: string;
  readonly scopes?: readonly Scope[];
  readonly expiresAt?: string | null | undefined;
}

/** Makes a key and answers its token, once: what is stored for a repeat does not hold it. */
export async function createAccessKey(
  { kernel, request }: Context,
  input: CreateAccessKeyInput,
): Promise<AccessKeyCreated | RefusedResult> {
  const { label, scopes, expiresAt } = checkInput(input);
  const { principalId } = input;
  const call: MutationCall<CreateAccessKeyInput> = {
    operation: 'createAccessKey',
    noun: 'governance.key',
    action: 'identity.manage',
    input,
    prepare: () => ({ subject: writtenSubject(kernel.pepper, 'Principal', 'principalId', principalId) }),
  };
  let token: string | null = null;
  const result = await mutate(kernel.db, request, call, async (tx, origin): Promise<AccessKeyCreated | Refusal> => {
    const refusal = refuseKey(request.principal, { holder: await lockPrincipal(tx, principalId), expiresAt }, tx.now);
    if (refusal !== null) return refusal;
    const id = newId('key', toMs(tx.now));
    const key: AccessKey = { id, principalId, label, scopes, recordedAt: tx.now, expiresAt, revokedAt: null, lastUsedAt: null };
    token = mintToken(kernel.environment, id).token;
    await addKey(tx, key, tokenHmac(kernel.pepper, token));
    const receipt = await record(tx, origin, [keyCreated(key)]);
    return { __typename: 'AccessKeyCreated', ...tokens(receipt), accessKeyId: id, token: null };
  });
  return result.__typename === 'AccessKeyCreated' ? { ...result, token } : result;
}

function checkInput({
  label,
  scopes = SCOPES_USUAL,
  expiresAt,
}: CreateAccessKeyInput): Pick<AccessKey, 'label' | 'scopes' | 'expiresAt'> {
  if (scopes.length === 0) throw badInput('scopes must name at least one scope, e.g. [graph].');
  return {
    label: checkName('label', label),
    scopes: [...new Set(scopes)],
    expiresAt: expiresAt === undefined || expiresAt === null ? null : parseInstant(expiresAt),
  };
}
