import type { AuditEntryResolvers } from '../__generated__/resolvers.ts';
import { findPrincipal } from '../service/findPrincipal.ts';

const OUTCOMES = { success: 'SUCCESS', refused: 'REFUSED', failed: 'FAILED' } as const;

export const auditEntry: AuditEntryResolvers = {
  id: ({ event }) => event.id,
  time: ({ event }) => event.time,
  action: ({ event }) => event.action,
  actor: ({ event }, _, context) => findPrincipal(context, event.actor.id),
  onBehalfOf: ({ event }, _, context) =>
    event.actor.onBehalfOf === null ? null : findPrincipal(context, event.actor.onBehalfOf),
  subjectType: ({ event }) => event.subject.type,
  subjectId: ({ event }) => event.subject.id,
  subjectVersion: ({ event }) => event.subject.version,
  subjectDigest: ({ event }) => event.subject.digest,
  outcome: ({ event }) => OUTCOMES[event.outcome],
  reason: ({ event }) => event.reason,
  policyIds: ({ event }) => event.decision.policyIds,
  changedFields: ({ event }) => event.changes.fields,
  detail: ({ event }, _, { loaders }) => loaders.detail.load(event.id),
  correlationId: ({ event }) => event.correlationId,
  traceId: ({ event }) => event.request.traceId,
  operation: ({ event }) => event.request.operation,
};
