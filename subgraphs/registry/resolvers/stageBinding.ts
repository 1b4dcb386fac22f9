import type { BreakGlassReviewResolvers, StageBindingResolvers } from '../__generated__/resolvers.ts';
import { principal } from '../domain/model.ts';

export const StageBinding: StageBindingResolvers = {
  __resolveReference: ({ id }, { bindings }) => bindings.load(id),
  modelVersion: ({ versionId }, _args, { anyVersions }) => anyVersions.load(versionId),
  boundBy: ({ boundBy }) => principal(boundBy),
  approval: ({ approvalId }) => (approvalId === null ? null : { id: approvalId }),
  auditEntry: ({ eventId }) => ({ id: eventId }),
  endAuditEntry: ({ endEventId }) => (endEventId === null ? null : { id: endEventId }),
};

export const BreakGlassReview: BreakGlassReviewResolvers = {
  reviewedBy: ({ reviewedBy }) => (reviewedBy === null ? null : principal(reviewedBy)),
};
