import type { AuditEntryResolvers, InclusionProofResolvers } from '../__generated__/resolvers.ts';
import { proofOf } from '../service/log/proofOf.ts';
import { isErased, readDetail } from '../service/readDetail.ts';
import { findEntry } from '../service/findEntry.ts';
import { findPrincipal } from '../service/findPrincipal.ts';

const OUTCOMES = { success: 'SUCCESS', refused: 'REFUSED', failed: 'FAILED' } as const;

export const auditEntry: AuditEntryResolvers = {
  __resolveReference: ({ id }, context) => findEntry(context, id),
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
  detail: (entry, _, context) => readDetail(context, entry),
  erased: (entry, _, context) => isErased(context, entry),
  proof: (entry, _, context) => proofOf(context, entry),
  correlationId: ({ event }) => event.correlationId,
  traceId: ({ event }) => event.request.traceId,
  operation: ({ event }) => event.request.operation,
};

export const inclusionProof: InclusionProofResolvers = {
  // Compiled operations do not call what they find.
  checkpoint: ({ checkpoint }) => checkpoint(),
};
