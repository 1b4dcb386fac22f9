import type { AuditEvent } from '../../../../kernel/audit/event.ts';

/**
 * What receivers get: CloudEvents 1.0 in JSON. Who did it, to what, with which digest, and where it stands in the audit log, so that a
 * receiver can hold the log to it. No personal data: people are ids.
 */
export function cloudEvent(
  event: AuditEvent,
  payload: unknown,
  place: { readonly origin: string; readonly leafIndex: string | null },
): string {
  const { type, id, version, digest } = event.subject;
  return JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: `urn:cadastre:${place.origin}`,
    type: event.action,
    subject: id,
    time: event.time,
    datacontenttype: 'application/json',
    data: {
      actor: { id: event.actor.id, kind: event.actor.kind, onBehalfOf: event.actor.onBehalfOf },
      subject: { type, id, version, digest },
      outcome: event.outcome,
      reason: event.reason,
      correlationId: event.correlationId,
      auditLog: { origin: place.origin, leafIndex: place.leafIndex },
      payload,
    },
  });
}
