import type { Recorded } from '../audit/record.ts';
import { type Digest, digestOf } from '../canonical.ts';
import type { ApprovalRequest } from './request.ts';
import type { ApprovalState } from './states.ts';
import type { TargetKind } from './target.ts';

const PAST: Readonly<Record<ApprovalState, string>> = {
  OPEN: 'requested',
  APPROVED: 'approved',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  VOIDED: 'voided',
  WITHDRAWN: 'withdrawn',
  NEEDS_REVALIDATION: 'invalidated',
  APPLIED: 'applied',
  SUPERSEDED: 'superseded',
  REVOKED: 'revoked',
};

/** What is held against the row when the tables are reconciled: the row without what only counts. */
export const requestDigest = ({ reason: _, version: __, ...request }: ApprovalRequest): Digest => digestOf(request);

interface Told {
  readonly state: ApprovalState;
  readonly reason?: string | null;
  readonly comment?: string | null;
}

/** What tells of its requests in its own trail. A dataset does not: its events are its content. */
const OWN_TRAIL: readonly TargetKind[] = ['MODEL_STAGE', 'DATA_PRODUCT_CERTIFIED', 'GLOSSARY_TERM_PUBLISHED'];

export const aggregateOf = ({ targetKind, subjectId, id }: ApprovalRequest): string =>
  OWN_TRAIL.includes(targetKind) ? subjectId : id;

export function requestHappening(request: ApprovalRequest, { state, reason = null, comment = null }: Told): Recorded {
  const { id, subjectId, targetKind, targetKey, contentDigest, evidenceDigest, policyName, policyVersion, validUntil } = request;
  return {
    action: `governance.approval.${PAST[state]}.v1`,
    subject: { type: 'ApprovalRequest', id, digest: requestDigest(request) },
    aggregateId: aggregateOf(request),
    fields: ['state'],
    detail: comment === null || comment === '' ? null : { comment },
    reason,
    payload: {
      requestId: id,
      subjectId,
      targetKind,
      targetKey,
      contentDigest,
      evidenceDigest,
      policyName,
      policyVersion,
      state,
      reason,
      validUntil,
    },
  };
}
