import { revokeApproval as takeBack } from '../../../../kernel/approval/apply.ts';
import { moveRequest } from '../../../../kernel/approval/move.ts';
import { peopleById } from '../../../../kernel/approval/people.ts';
import type { ApprovalRequest } from '../../../../kernel/approval/request.ts';
import { isLive } from '../../../../kernel/approval/states.ts';
import { badInput } from '../../../../kernel/fault.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
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
import { decide } from '../../../../kernel/policy/decision.ts';
import type { Context } from '../../context.ts';
import type { ApprovalRevoked, ApprovalWithdrawn } from '../../domain/approval/result.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { holdRequest } from './held.ts';

export interface EndApproval extends MutationInput {
  readonly requestId: string;
  readonly reason: string;
  readonly expectedVersion?: number | null;
}

/** Takes a request back that has led to nothing yet. */
export const withdrawApproval = (
  { kernel, request: caller }: Context,
  input: EndApproval,
): Promise<ApprovalWithdrawn | RefusedResult | ConflictResult> =>
  mutate(
    kernel.db,
    caller,
    callOf(kernel.pepper, 'withdrawApproval', 'approval.request', input),
    async (tx, origin): Promise<ApprovalWithdrawn | Refusal | Stale> => {
      const held = await holdRequest(tx, origin, caller, input.requestId, input.expectedVersion ?? null);
      if (!('request' in held)) return held;
      const { request } = held;
      if (!isLive(request.state))
        return refusal('NOT_LIVE', `Request ${request.id} is ${request.state}: there is nothing to take back.`);
      if (!(await isTheirs(tx, request, caller)))
        return refusal(
          'NOT_YOURS',
          `${request.requestedBy} asked for it. Only they, or somebody with approval.manage, take it back.`,
        );
      const { receipt } = await moveRequest(tx, origin, request, { to: 'WITHDRAWN', comment: input.reason });
      return { __typename: 'ApprovalWithdrawn', ...tokens(receipt), requestId: request.id };
    },
  );

/** Takes an approval back, whether it is in use or not. */
export const revokeApproval = (
  { kernel, request: caller }: Context,
  input: EndApproval,
): Promise<ApprovalRevoked | RefusedResult | ConflictResult> =>
  mutate(
    kernel.db,
    caller,
    callOf(kernel.pepper, 'revokeApproval', 'approval.manage', input),
    async (tx, origin): Promise<ApprovalRevoked | Refusal | Stale> => {
      const held = await holdRequest(tx, origin, caller, input.requestId, input.expectedVersion ?? null);
      if (!('request' in held)) return held;
      const { request } = held;
      const receipt = await takeBack(tx, origin, request.id, { comment: input.reason });
      if (receipt === null)
        return refusal('NOT_APPROVED', `Request ${request.id} is ${request.state}: there is no approval to take back.`);
      return { __typename: 'ApprovalRevoked', ...tokens(receipt), requestId: request.id };
    },
  );

function callOf(pepper: Buffer, operation: string, action: 'approval.request' | 'approval.manage', input: EndApproval) {
  if (input.reason.trim() === '') throw badInput('reason: say why, in 1 to 1000 characters.');
  return {
    operation,
    noun: 'governance.approval',
    action,
    input,
    prepare: () => ({ subject: writtenSubject(pepper, 'ApprovalRequest', 'requestId', input.requestId) }),
  };
}

/** A service's request is that of the person who answers for it. */
async function isTheirs(tx: Tx, { requestedBy }: ApprovalRequest, caller: RequestContext): Promise<boolean> {
  const { id } = caller.principal;
  const people = await peopleById(tx, [requestedBy, id]);
  const humans = [requestedBy, id].map((one) => people.get(one)?.humanId ?? one);
  return humans[0] === humans[1] || decide(caller, 'approval.manage').effect === 'allow';
}
