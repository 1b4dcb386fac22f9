import { refuseDecision, refuseEnded } from '../../../../kernel/approval/deciding.ts';
import type { Decision, Verdict } from '../../../../kernel/approval/decision.ts';
import { moveRequest } from '../../../../kernel/approval/move.ts';
import { peopleById } from '../../../../kernel/approval/people.ts';
import type { ApprovalRequest } from '../../../../kernel/approval/request.ts';
import { settle } from '../../../../kernel/approval/settle.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { newId } from '../../../../kernel/ids.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type Refusal,
  type RefusedResult,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { approvalDecided } from '../../domain/approval/happening.ts';
import type { ApprovalDecided } from '../../domain/approval/result.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { addDecision, countSaid } from '../../store/approval/addDecision.ts';
import { isDelegated } from '../../store/approval/delegations.ts';
import { decidingOn, holdRequest, personOf } from './held.ts';

export interface DecideApproval extends MutationInput {
  readonly requestId: string;
  readonly verdict: Verdict;
  readonly comment: string;
  readonly expectedVersion: number;
  readonly onBehalfOfId?: string | null;
}

const COMMENT_MAX = 1_000;

/** Takes down what a person says, and approves or rejects the request where that decides it. */
export function decideApproval(
  { kernel, request: caller }: Context,
  input: DecideApproval,
): Promise<ApprovalDecided | RefusedResult | ConflictResult> {
  const comment = readComment(input);
  return mutate(
    kernel.db,
    caller,
    {
      operation: 'decideApproval',
      noun: 'governance.approval',
      action: 'approval.decide',
      input,
      prepare: () => ({ subject: writtenSubject(kernel.pepper, 'ApprovalRequest', 'requestId', input.requestId) }),
    },
    async (tx, origin): Promise<ApprovalDecided | Refusal | Stale> => {
      const held = await holdRequest(tx, origin, caller, input.requestId, input.expectedVersion);
      if (!('request' in held)) return held;
      const { request } = held;
      const refused =
        refuseEnded(request, tx.now) ?? (await refuseCaller(tx, request, caller.principal.id, input.onBehalfOfId ?? null));
      if (refused !== null) return refused;
      const reviewerId = input.onBehalfOfId ?? caller.principal.id;
      const said: Said = { reviewerId, madeBy: caller.principal.id, verdict: input.verdict, comment };
      const receipt = await say(tx, origin, request, said);
      return { __typename: 'ApprovalDecided', ...tokens(receipt), requestId: request.id };
    },
  );
}

function readComment({ comment, verdict }: DecideApproval): string {
  const text = comment.trim();
  if (text.length > COMMENT_MAX) throw badInput(`comment has more than ${COMMENT_MAX} characters.`);
  if (text === '' && (verdict === 'REJECT' || verdict === 'CHALLENGE'))
    throw badInput(`comment: say why. Whoever asked has to know what to change, or what to clear up.`);
  return text;
}

async function refuseCaller(
  tx: Tx,
  request: ApprovalRequest,
  callerId: string,
  onBehalfOfId: string | null,
): Promise<Refusal | null> {
  const caller = await personOf(tx, callerId);
  const reviewer = onBehalfOfId === null ? caller : (await peopleById(tx, [onBehalfOfId])).get(onBehalfOfId);
  if (reviewer === undefined || (reviewer.id !== caller.id && !(await isDelegated(tx, reviewer.id, caller.id))))
    return refusal(
      'NOT_DELEGATED',
      'Whom you want to speak for has not delegated to you, or it is over. See approvalDelegations.',
    );
  return refuseDecision(await decidingOn(tx, request), { caller, reviewer });
}

type Said = Pick<Decision, 'reviewerId' | 'madeBy' | 'verdict' | 'comment'>;

async function say(tx: Tx, origin: Origin, request: ApprovalRequest, said: Said): Promise<Receipt> {
  const decision: Decision = {
    ...said,
    id: newId('decision', toMs(tx.now)),
    requestId: request.id,
    round: request.round,
    contentDigest: request.contentDigest,
    evidenceDigest: request.evidenceDigest,
    eventId: '',
    decidedAt: tx.now,
    resolvedBy: null,
    resolvedAt: null,
    resolution: null,
  };
  const receipt = await record(tx, origin, [approvalDecided(request, decision)]);
  await addDecision(tx, { ...decision, eventId: receipt.auditId });
  const counted = await countSaid(tx, request);
  if (said.verdict === 'REJECT') await moveRequest(tx, origin, counted, { to: 'REJECTED', reason: 'REVIEWER' });
  if (said.verdict === 'APPROVE') await settle(tx, origin, counted);
  return receipt;
}
