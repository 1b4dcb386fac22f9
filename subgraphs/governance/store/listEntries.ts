import { and, desc, eq, gte, lt, lte, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { AuditEntry, AuditFilter } from '../domain/audit.ts';
import { auditEvent } from '../tables.ts';
import { entryOf } from './entryOf.ts';

export interface EntryWindow {
  /** Only entries before this sequence; null for the latest. */
  readonly before: string | null;
  readonly limit: number;
}

/** Entries that fit every given part of the filter, latest first. */
export async function listEntries(db: Queryable, filter: AuditFilter, window: EntryWindow): Promise<readonly AuditEntry[]> {
  const { subjectId } = filter;
  if (subjectId === null) return (await latest(db, filter, window)).map(entryOf);
  // Two ordered index scans instead of one condition with OR, for which the whole log would be read backwards.
  const rows = await union(
    latest(db, filter, window, eq(auditEvent.subjectId, subjectId)),
    latest(db, filter, window, eq(auditEvent.aggregateId, subjectId)),
  )
    .orderBy(desc(auditEvent.seq))
    .limit(window.limit);
  return rows.map(entryOf);
}

const latest = ({ orm }: Queryable, filter: AuditFilter, { before, limit }: EntryWindow, about?: SQL) =>
  orm
    .select({ seq: auditEvent.seq, digest: auditEvent.digest, body: auditEvent.body })
    .from(auditEvent)
    .where(
      and(
        about,
        filter.actorId === null ? undefined : eq(auditEvent.actorId, filter.actorId),
        filter.action === null ? undefined : eq(auditEvent.action, filter.action),
        filter.outcome === null ? undefined : eq(auditEvent.outcome, filter.outcome),
        filter.correlationId === null ? undefined : eq(auditEvent.correlationId, filter.correlationId),
        filter.from === null ? undefined : gte(auditEvent.recordedAt, filter.from),
        filter.to === null ? undefined : lt(auditEvent.recordedAt, filter.to),
        filter.asOf === null ? undefined : lte(auditEvent.recordedAt, filter.asOf),
        before === null ? undefined : lt(auditEvent.seq, before),
      ),
    )
    .orderBy(desc(auditEvent.seq))
    .limit(limit);
