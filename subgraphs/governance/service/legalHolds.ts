import { record } from '../../../kernel/audit/record.ts';
import { badInput, notFound } from '../../../kernel/fault.ts';
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
import { type Connection, type PageArgs, readPage, toConnection } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import { factsOfId } from '../../../kernel/policy/factsOf.ts';
import { toMs } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import { heldType, holdPlaced, holdReleased, type LegalHold, refuseHold, releasable } from '../domain/legalHold.ts';
import type { LegalHoldPlaced, LegalHoldReleased } from '../domain/result.ts';
import { addHold, countHolds, endHold, type HoldFilter, holdsById, listHolds, lockHold } from '../store/legalHolds.ts';
import { lockPrincipal } from '../store/lockPrincipal.ts';
import { requirePresent } from './requirePresent.ts';

export interface PlaceHoldInput extends MutationInput {
  readonly subjectId: string;
  readonly reason: string;
}

export interface ReleaseHoldInput extends MutationInput {
  readonly id: string;
  readonly reason: string;
}

const holdCall = <I extends MutationInput>(
  { kernel }: Context,
  operation: string,
  input: I,
  subject: { readonly type: string; readonly field: string; readonly written: string },
): MutationCall<I> => ({
  operation,
  noun: 'governance.hold',
  action: 'audit.manage',
  input,
  prepare: () => ({ subject: writtenSubject(kernel.pepper, subject.type, subject.field, subject.written) }),
});

/** Keeps all that is known of a person or an asset from being forgotten. Several may hold the same, each until it is released. */
export function placeLegalHold(context: Context, input: PlaceHoldInput): Promise<LegalHoldPlaced | RefusedResult> {
  const { kernel, request } = context;
  const { subjectId } = input;
  const reason = written(input.reason);
  const call = holdCall(context, 'placeLegalHold', input, { type: 'Held', field: 'subjectId', written: subjectId });
  return mutate(kernel.db, request, call, async (tx, origin): Promise<LegalHoldPlaced | Refusal> => {
    const type = heldType(await lockPrincipal(tx, subjectId), (await factsOfId(tx, subjectId)) !== null);
    if (typeof type === 'object') return type;
    const refusal = refuseHold(await countHolds(tx));
    if (refusal !== null) return refusal;
    const hold: LegalHold = {
      id: newId('hold', toMs(tx.now)),
      subjectType: type,
      subjectId,
      reason,
      placedBy: request.principal.id,
      placedAt: tx.now,
      releasedBy: null,
      releasedAt: null,
      releaseReason: null,
    };
    await addHold(tx, hold);
    const receipt = await record(tx, origin, [holdPlaced(hold)]);
    return { __typename: 'LegalHoldPlaced', ...tokens(receipt), holdId: hold.id };
  });
}

/** Ends one hold. What it kept may be forgotten from now on, unless another one keeps it. */
export function releaseLegalHold(context: Context, input: ReleaseHoldInput): Promise<LegalHoldReleased | RefusedResult> {
  const { kernel, request } = context;
  const releaseReason = written(input.reason);
  const call = holdCall(context, 'releaseLegalHold', input, { type: 'LegalHold', field: 'id', written: input.id });
  return mutate(kernel.db, request, call, async (tx, origin): Promise<LegalHoldReleased | Refusal> => {
    const found = releasable(await lockHold(tx, input.id));
    if ('refusal' in found) return found;
    const released: LegalHold = { ...found, releasedBy: request.principal.id, releasedAt: tx.now, releaseReason };
    await endHold(tx, released);
    const receipt = await record(tx, origin, [holdReleased(released)]);
    return { __typename: 'LegalHoldReleased', ...tokens(receipt), holdId: found.id };
  });
}

function written(reason: string): string {
  const text = reason.trim();
  if (text === '') throw badInput('reason: say why, e.g. the number of the matter.');
  return text;
}

/** Holds, latest first. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage` */
export async function holdPage({ kernel, request }: Context, filter: HoldFilter, args: PageArgs): Promise<Connection<LegalHold>> {
  requireAction(request, 'audit.manage');
  requirePresent(request, 'legalHolds');
  const page = readPage(args, JSON.stringify(['legalHolds', filter]), 50);
  return toConnection(await listHolds(kernel.db, filter, page), page, ({ id }) => [id]);
}

/** One that our own answer names. @throws Fault NOT_FOUND */
export async function getHold({ kernel }: Context, id: string): Promise<LegalHold> {
  const [hold] = await holdsById(kernel.db, [id]);
  if (hold === undefined) throw notFound(id);
  return hold;
}
