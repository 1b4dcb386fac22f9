import type {
  ApprovalDelegationResolvers,
  ApprovalMoveResolvers,
  ApprovalPolicyResolvers,
  ApprovalRequestResolvers,
  AttachedEvidenceResolvers,
  DecisionResolvers,
  ModelVersionResolvers,
} from '../__generated__/resolvers.ts';
import { requireField } from '../../../kernel/policy/hiddenField.ts';
import { trailOf } from '../service/auditPage.ts';
import {
  approvalPolicyOf,
  findRequest,
  requestFor,
  requestsAbout,
  requirementsFor,
  requirementsOfRequest,
  stageTarget,
} from '../service/approval/reads.ts';
import { findEntry } from '../service/findEntry.ts';
import { findOfKind, findPrincipal } from '../service/findPrincipal.ts';

export const modelVersion: ModelVersionResolvers = {
  // Whether there is such a version, and who may see it, the registry knows; here the fields decide.
  __resolveReference: ({ id }) => ({ id }),
  approval: ({ id }, { stage }, context) => requestFor(context, id, stageTarget(stage)),
  approvals: ({ id }, page, context) => requestsAbout(context, 'approvals', { subjectId: id }, page),
  requirements: ({ id }, { stage }, context) => requirementsFor(context, id, stageTarget(stage)),
  auditTrail: ({ id }, page, context) => trailOf(context, id, page),
};

export const approvalRequest: ApprovalRequestResolvers = {
  __resolveReference: ({ id }, context) => findRequest(context, id),
  stage: ({ targetKind, targetKey }) => (targetKind === 'MODEL_STAGE' ? targetKey : null),
  accessFor: ({ targetKind, targetKey }, _, context) =>
    targetKind === 'DATASET_ACCESS' ? findPrincipal(context, targetKey) : null,
  modelVersion: ({ subjectType, subjectId }) => (subjectType === 'ModelVersion' ? { id: subjectId } : null),
  asset: ({ subjectType, subjectId }) => (subjectType === 'Dataset' ? { id: subjectId } : null),
  // What was deleted is not there to be asked for its fields.
  dataProduct: ({ subjectType, subjectId, isWithoutContent }) =>
    subjectType === 'DataProduct' && !isWithoutContent ? { id: subjectId } : null,
  glossaryTerm: ({ subjectType, subjectId, isWithoutContent }) =>
    subjectType === 'GlossaryTerm' && !isWithoutContent ? { id: subjectId } : null,
  content: ({ subjectType, content }, _, { request }) => {
    if (subjectType === 'Policies') requireField(request, 'policy.read', 'content');
    return content;
  },
  policy: ({ policyName, policyVersion }, _, context) => approvalPolicyOf(context, policyName, policyVersion),
  requestedBy: ({ requestedBy }, _, context) => findPrincipal(context, requestedBy),
  decisions: ({ id }, _, { approvals }) => approvals.decisions.load(id),
  requirements: (found, _, context) => requirementsOfRequest(context, found),
  history: ({ id }, _, { approvals }) => approvals.moves.load(id),
  auditTrail: ({ id }, page, context) => trailOf(context, id, page),
};

export const approvalMove: ApprovalMoveResolvers = {
  auditEntry: ({ eventId }, _, context) => findEntry(context, eventId),
};

export const decision: DecisionResolvers = {
  reviewer: ({ reviewerId }, _, context) => findPrincipal(context, reviewerId),
  madeBy: ({ madeBy }, _, context) => findPrincipal(context, madeBy),
  resolvedBy: ({ resolvedBy }, _, context) => (resolvedBy === null ? null : findPrincipal(context, resolvedBy)),
  auditEntry: ({ eventId }, _, context) => findEntry(context, eventId),
};

export const approvalPolicy: ApprovalPolicyResolvers = {
  target: ({ document: { target } }) => ({ kind: target.kind, stage: target.stage ?? null, tags: target.tags ?? [] }),
  reviewers: async ({ document: { reviewers } }, _, context) =>
    Promise.all(
      reviewers.map(async ({ role, team, min, distinctTeams }) => ({
        role: role ?? null,
        team: team === undefined ? null : await findOfKind(context, 'team', team),
        min,
        distinctTeams: distinctTeams ?? false,
      })),
    ),
  forbid: ({ document }) => document.forbid,
  evidence: ({ document, evidenceSince, effectiveFrom }) =>
    document.evidence.map(({ kind, name, cel, maxAge }, place) => ({
      kind,
      name: name ?? null,
      cel: cel ?? null,
      maxAge: maxAge ?? null,
      since: evidenceSince[place] ?? effectiveFrom,
    })),
  requestExpiresAfter: ({ document }) => document.requestExpiresAfter,
  validFor: ({ document }) => document.validFor,
  cooldown: ({ document }) => document.cooldown,
  rollback: ({ document }) => document.rollback,
  breakGlass: ({ document }) => document.breakGlass?.maxDuration ?? null,
  author: ({ authorId }, _, context) => findPrincipal(context, authorId),
};

export const approvalDelegation: ApprovalDelegationResolvers = {
  from: ({ fromId }, _, context) => findPrincipal(context, fromId),
  to: ({ toId }, _, context) => findPrincipal(context, toId),
};

export const attachedEvidence: AttachedEvidenceResolvers = {
  producer: ({ producerId }, _, context) => findPrincipal(context, producerId),
  value: ({ value }) => JSON.parse(value) as unknown,
  auditEntry: ({ eventId }, _, context) => findEntry(context, eventId),
};
