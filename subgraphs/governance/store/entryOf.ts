import type { AuditEvent } from '../../../kernel/audit/event.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { auditEvent } from '../tables.ts';

/** The text is our own, so it is trusted to be an event. */
const readEvent: (text: string) => AuditEvent = JSON.parse;

/** A row as an entry. */
export function entryOf({ seq, digest, body }: Pick<typeof auditEvent.$inferSelect, 'seq' | 'digest' | 'body'>): AuditEntry {
  return { sequence: seq, digest, canonical: body, event: readEvent(body) };
}
