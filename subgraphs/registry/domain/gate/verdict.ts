import type { ApprovalRequest } from '../../../../kernel/approval/request.ts';
import { areMet, type Requirement, unmetText } from '../../../../kernel/approval/requirement.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { ModelVersion, StageBinding } from '../model.ts';

export type GateCode =
  | 'IN_STAGE'
  | 'APPROVED'
  | 'UNGUARDED'
  | 'EMERGENCY'
  | 'DRAFT'
  | 'DAMAGED'
  | 'NOT_REQUESTED'
  | 'PENDING'
  | 'REJECTED'
  | 'EXPIRED'
  | 'VOIDED'
  | 'WITHDRAWN'
  | 'REVOKED'
  | 'SUPERSEDED'
  | 'REQUIREMENTS_NOT_MET';

/** Whether a version may run in a stage at a moment. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly code: GateCode;
  readonly reason: string;
  /** Until when it is allowed; null when it is not, or nothing ends it. */
  readonly until: Instant | null;
}

/** What a verdict follows from. */
export interface GateFacts {
  readonly version: Pick<ModelVersion, 'state' | 'number' | 'digest'>;
  readonly stage: string;
  /** Name of the approval policy that guards the stage; null when none does. */
  readonly policy: string | null;
  /** By which it is in the stage while that holds; else the last one for this version and stage. */
  readonly request: Pick<ApprovalRequest, 'id' | 'state' | 'contentDigest' | 'validUntil' | 'stateReason'> | null;
  /** Rules of the policy, as they are met now. */
  readonly requirements: readonly Requirement[];
  /** Where this version is in this stage. */
  readonly binding: Pick<StageBinding, 'kind' | 'boundFrom' | 'expiresAt' | 'incident'> | null;
  readonly at: Instant;
}

const ENDED = {
  REJECTED: 'Reviewers rejected it',
  EXPIRED: 'Its approval has expired',
  VOIDED: 'Its approval is void: something changed since',
  WITHDRAWN: 'The request was withdrawn',
  REVOKED: 'Its approval was revoked',
  SUPERSEDED: 'Another version has taken its place; bring this one back before it is used',
} as const;

export function verdictOf({ version, stage, policy, request, requirements, binding, at }: GateFacts): Verdict {
  const refuse = (code: GateCode, reason: string): Verdict => ({ isAllowed: false, code, reason, until: null });
  const allow = (code: GateCode, reason: string, until: Instant | null): Verdict => ({ isAllowed: true, code, reason, until });
  const { number, state } = version;
  if (state === 'DAMAGED') return refuse('DAMAGED', `The stored bytes of version ${number} are not those that were sealed.`);
  if (state !== 'SEALED') return refuse('DRAFT', `Version ${number} is a draft: its bytes may still change. Seal it first.`);
  if (binding?.kind === 'BREAK_GLASS' && binding.expiresAt !== null && binding.expiresAt > at)
    return allow('EMERGENCY', `It is there without approval, for the emergency ${binding.incident ?? ''}.`, binding.expiresAt);
  if (policy === null) return allow('UNGUARDED', `No approval policy guards the stage "${stage}".`, null);
  if (request === null) return refuse('NOT_REQUESTED', 'Nobody has asked for approval.');
  if (request.state === 'OPEN' || request.state === 'NEEDS_REVALIDATION')
    return refuse('PENDING', `Request ${request.id} waits for its reviewers.`);
  if (request.state !== 'APPROVED' && request.state !== 'APPLIED')
    return refuse(
      request.state,
      `${ENDED[request.state]} (${request.id}${request.stateReason === null ? '' : `, ${request.stateReason}`}).`,
    );
  if (request.contentDigest !== version.digest) return refuse('VOIDED', `Request ${request.id} was for other bytes.`);
  if (request.validUntil === null || request.validUntil <= at) return refuse('EXPIRED', `${ENDED.EXPIRED} (${request.id}).`);
  if (request.state === 'APPLIED' && binding !== null)
    return allow(
      'IN_STAGE',
      `It is in the stage "${stage}" since ${binding.boundFrom}, by approval ${request.id}.`,
      request.validUntil,
    );
  if (!areMet(requirements)) return refuse('REQUIREMENTS_NOT_MET', unmetText(requirements));
  return request.state === 'APPLIED'
    ? refuse('SUPERSEDED', `${ENDED.SUPERSEDED} (${request.id}).`)
    : allow('APPROVED', `It may come into the stage "${stage}" by approval ${request.id}.`, request.validUntil);
}
