import { refuseEnded, refuseResolution } from '../../../../kernel/approval/deciding.ts';
import { settle } from '../../../../kernel/approval/settle.ts';
import { record } from '../../../../kernel/audit/record.ts';
import { badInput } from '../../../../kernel/fault.ts';
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
import { challengeResolved } from '../../domain/approval/happening.ts';
import type { ChallengeResolved } from '../../domain/approval/result.ts';
import { countSaid, resolveDecision } from '../../store/approval/addDecision.ts';
import { decidingOn, holdRequest, personOf } from './held.ts';

export interface ResolveChallenge extends MutationInput {
  readonly requestId: string;
  readonly decisionId: string;
  readonly resolution: string;
  readonly expectedVersion: number;
}

const RESOLUTION_MAX = 1_000;

/** Says what came of a challenge. When nothing else was missing, the request is approved by it. */
export function resolveChallenge(
  { kernel, request: caller }: Context,
  input: ResolveChallenge,
): Promise<ChallengeResolved | RefusedResult | ConflictResult> {
  const resolution = input.resolution.trim();
  if (resolution === '' || resolution.length > RESOLUTION_MAX)
    throw badInput(`resolution: from 1 to ${RESOLUTION_MAX} characters say what came of it.`);
  return mutate(
    kernel.db,
    caller,
    {
      operation: 'resolveChallenge',
      noun: 'governance.challenge',
      action: 'approval.decide',
      input,
      prepare: () => ({ subject: writtenSubject(kernel.pepper, 'ApprovalRequest', 'requestId', input.requestId) }),
    },
    async (tx, origin): Promise<ChallengeResolved | Refusal | Stale> => {
      const held = await holdRequest(tx, origin, caller, input.requestId, input.expectedVersion);
      if (!('request' in held)) return held;
      const { request } = held;
      const deciding = await decidingOn(tx, request);
      const challenge = deciding.decisions.find(({ id }) => id === input.decisionId);
      const isManager = decide(caller, 'approval.manage').effect === 'allow';
      const refused =
        refuseEnded(request, tx.now) ?? refuseResolution(deciding, await personOf(tx, caller.principal.id), challenge, isManager);
      if (refused !== null || challenge === undefined)
        return refused ?? { refusal: { code: 'NOT_FOUND', message: 'The request has no such decision.' } };
      const resolved = { ...challenge, resolvedBy: caller.principal.id, resolvedAt: tx.now, resolution };
      const receipt = await record(tx, origin, [challengeResolved(request, resolved, resolution)]);
      await resolveDecision(tx, resolved);
      await settle(tx, origin, await countSaid(tx, request));
      return { __typename: 'ChallengeResolved', ...tokens(receipt), requestId: request.id };
    },
  );
}
