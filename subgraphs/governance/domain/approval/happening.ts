import type { GovernancePayload, GovernanceTopic } from '../../../../contracts/governance.ts';
import { type Decision, decisionDigest } from '../../../../kernel/approval/decision.ts';
import type { ApprovalRequest } from '../../../../kernel/approval/request.ts';
import { aggregateOf } from '../../../../kernel/approval/requestHappening.ts';
import type { Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Subject } from '../../../../kernel/mutation/subject.ts';
import type { ApprovalDelegation } from './shown.ts';

/** Somebody said something about a request; what they said in words stays apart. */
export const approvalDecided = (request: ApprovalRequest, decision: Decision): Recorded =>
  happening('governance.approval.decided.v1', aboutDecision(request, decision, ['verdict'], decision.comment), {
    requestId: request.id,
    subjectId: request.subjectId,
    decisionId: decision.id,
    reviewerId: decision.reviewerId,
    madeBy: decision.madeBy,
    verdict: decision.verdict,
  });

export const challengeResolved = (request: ApprovalRequest, decision: Decision, resolution: string): Recorded =>
  happening('governance.challenge.resolved.v1', aboutDecision(request, decision, ['resolution'], resolution), {
    requestId: request.id,
    subjectId: request.subjectId,
    decisionId: decision.id,
  });

export const approvalsDelegated = (delegation: ApprovalDelegation): Recorded =>
  happening('governance.delegation.made.v1', aboutDelegation(delegation, ['delegation'], delegation.reason), named(delegation));

export const delegationRevoked = (delegation: ApprovalDelegation, reason: string | null): Recorded =>
  happening('governance.delegation.revoked.v1', aboutDelegation(delegation, ['revokedAt'], reason), named(delegation));

/** Somebody asked to read what they may not see, or what is not there: the same words for both. */
export const accessSought = ({ type, id, detail }: Subject): Recorded =>
  happening(
    'governance.access.sought.v1',
    {
      subject: { type, id, digest: null },
      aggregateId: `sought/${id}`,
      fields: Object.keys(detail ?? {}),
      detail: detail ?? null,
    },
    { subjectId: id },
  );

type About = Omit<Recorded, 'action' | 'payload'>;

const happening = <T extends GovernanceTopic>(action: T, about: About, payload: GovernancePayload<T>): Recorded => ({
  ...about,
  action,
  payload,
});

const aboutDecision = (request: ApprovalRequest, decision: Decision, fields: readonly string[], comment: string): About => ({
  subject: { type: 'ApprovalDecision', id: decision.id, digest: decisionDigest(decision) },
  aggregateId: aggregateOf(request),
  fields,
  detail: comment === '' ? null : { comment },
});

/** A delegation lives below whoever gave it, so that their trail tells of it. */
const aboutDelegation = (delegation: ApprovalDelegation, fields: readonly string[], reason: string | null): About => ({
  subject: { type: 'ApprovalDelegation', id: delegation.id, digest: delegationDigest(delegation) },
  aggregateId: delegation.fromId,
  fields,
  detail: reason === null ? null : { reason },
});

/** What is held against the row when the tables are reconciled. */
export const delegationDigest = ({ id, fromId, toId, validFrom, validTo, revokedAt }: ApprovalDelegation) =>
  digestOf({ id, fromId, toId, validFrom, validTo, revokedAt });

const named = ({ id, fromId, toId, validFrom, validTo }: ApprovalDelegation) => ({
  delegationId: id,
  fromId,
  toId,
  validFrom,
  validTo,
});
