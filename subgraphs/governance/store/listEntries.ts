import { and, desc, eq, gte, lt, lte, sql, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AuditEntry, AuditFilter } from '../domain/audit.ts';
import { auditEvent } from '../tables.ts';
import { entryOf } from './entryOf.ts';

export interface EntryWindow {
  /** Only entries before this one; null for the latest. */
  readonly before: { readonly sequence: string; readonly time: Instant } | null;
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
    .orderBy(...orderOf(filter))
    .limit(window.limit);
  return rows.map(entryOf);
}

const { seq, recordedAt, digest, body } = auditEvent;

const latest = ({ orm }: Queryable, filter: AuditFilter, { before, limit }: EntryWindow, about?: SQL) =>
  orm
    .select({ seq, recordedAt, digest, body })
    .from(auditEvent)
    .where(
      and(
        about,
        filter.actorId === null ? undefined : eq(auditEvent.actorId, filter.actorId),
        filter.action === null ? undefined : eq(auditEvent.action, filter.action),
        filter.outcome === null ? undefined : eq(auditEvent.outcome, filter.outcome),
        filter.correlationId === null ? undefined : eq(auditEvent.correlationId, filter.correlationId),
        filter.from === null ? undefined : gte(recordedAt, filter.from),
        filter.to === null ? undefined : lt(recordedAt, filter.to),
        filter.asOf === null ? undefined : lte(recordedAt, filter.asOf),
        before === null ? undefined : isBefore(filter, before),
      ),
    )
    .orderBy(...orderOf(filter))
    .limit(limit);

/**
 * The order of the log, or, for a list that ends at an earlier time, the order of time: by the log everything later would
 * be read first. The two differ for imported history and between transactions that overlapped.
 */
const orderOf = (filter: AuditFilter): SQL[] => (endsEarlier(filter) ? [desc(recordedAt), desc(seq)] : [desc(seq)]);

const isBefore = (filter: AuditFilter, { sequence, time }: NonNullable<EntryWindow['before']>): SQL =>
  endsEarlier(filter) ? sql`(${recordedAt}, ${seq}) < (${time}::timestamptz, ${sequence}::bigint)` : lt(seq, sequence);

const endsEarlier = ({ to, asOf }: AuditFilter): boolean => to !== null || asOf !== null;
