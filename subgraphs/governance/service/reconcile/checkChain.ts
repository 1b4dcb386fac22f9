import { digestText } from '../../../../kernel/canonical.ts';
import { commit } from '../../../../kernel/audit/compose.ts';
import type { AuditEvent } from '../../../../kernel/audit/event.ts';
import { leafHash } from '../../../../kernel/audit/log/hash.ts';
import { type Finding, finding, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { entriesAfter, eventsAfter, type EventToCheck, headsAfter } from '../../store/reconcile/chainRows.ts';

/** Each event is what was recorded, follows the one before it in its line, and is in the log or waits for it. */
export async function checkChain(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await eventsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ seq }) => seq, rows.map(check));
}

function check(row: EventToCheck): Finding | null {
  const subject = { type: row.subjectType, id: row.subjectId };
  const { id: eventId } = row;
  const other = (kind: Finding['kind'], message: string, expected: unknown = null, found: unknown = null): Finding =>
    finding(kind, subject, `${row.action}: ${message}`, {
      expected: expected === null ? null : shown(expected),
      found: found === null ? null : shown(found),
      eventId,
    });
  const digest = digestText(row.body);
  const event = parse(row.body);
  if (digest !== row.digest || event === null)
    return other('DAMAGED_EVENT', 'its text is not what was recorded.', row.digest, digest);
  const [stored, said] = [columnsOf(row), saidOf(event)];
  return firstOf(
    () => (stored === said ? null : other('DAMAGED_EVENT', 'its columns say something else than its text.', said, stored)),
    () => checkLine(row, event, other),
    () => checkDetail(row, event, other),
    () =>
      row.leaf === null || row.leaf.equals(leafHash(Buffer.from(row.body, 'utf8')))
        ? null
        : other('DAMAGED_EVENT', 'the log has another text of it. Run `cadastre audit verify`.'),
    () => (row.leaf !== null || row.isWaiting ? null : other('BROKEN_CHAIN', 'it is not in the log and does not wait for it.')),
    () => (row.hasRow ? null : other('MISSING_ROW', 'what it tells of is not there.')),
  );
}

type Other = (kind: Finding['kind'], message: string, expected?: unknown, found?: unknown) => Finding;

function checkLine(row: EventToCheck, { aggregate }: AuditEvent, other: Other): Finding | null {
  const version = (row.previousVersion ?? 0) + 1;
  if (row.aggregateVersion !== version)
    return other('BROKEN_CHAIN', `events of ${row.aggregateId} are missing before it.`, version, row.aggregateVersion);
  if (aggregate.previousEventDigest !== row.previousDigest)
    return other('BROKEN_CHAIN', 'it does not follow the event before it.', row.previousDigest, aggregate.previousEventDigest);
  if (!row.isLast || (row.headVersion === row.aggregateVersion && row.headDigest === row.digest)) return null;
  const head = row.headVersion === null ? null : `${row.headVersion} ${row.headDigest}`;
  return other(
    'BROKEN_CHAIN',
    `it is the last one of ${row.aggregateId}, but not its head.`,
    `${row.aggregateVersion} ${row.digest}`,
    head,
  );
}

function checkDetail({ salt, detail }: EventToCheck, { changes }: AuditEvent, other: Other): Finding | null {
  if (salt === null || detail === null) return null;
  const commitment = commit(salt, detail);
  return commitment === changes.commitment
    ? null
    : other('DAMAGED_EVENT', 'its detail is not what was recorded.', changes.commitment, commitment);
}

const columnsOf = (row: EventToCheck): string =>
  JSON.stringify([
    row.id,
    row.at,
    row.action,
    row.actorId,
    row.subjectType,
    row.subjectId,
    row.aggregateId,
    row.aggregateVersion,
    row.outcome,
    row.correlationId,
  ]);

const saidOf = ({ id, time, action, actor, subject, aggregate, outcome, correlationId }: AuditEvent): string =>
  JSON.stringify([id, time, action, actor.id, subject.type, subject.id, aggregate.id, aggregate.version, outcome, correlationId]);

function parse(body: string): AuditEvent | null {
  try {
    const event = JSON.parse(body) as AuditEvent;
    return [event.actor, event.subject, event.aggregate, event.changes].every((part) => typeof part === 'object') ? event : null;
  } catch {
    return null;
  }
}

/** A line has events; those that have gone from its end leave a head behind. */
export async function checkHeads(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await headsAfter(tx, after, limit);
  const findings = rows.map(({ id, version, hasEvents }) =>
    hasEvents || version === 0
      ? null
      : finding('MISSING_ROW', { type: 'Aggregate', id }, 'It has a version and no events.', { found: String(version) }),
  );
  return stepOf(rows, limit, ({ id }) => id, findings);
}

export async function checkEntries(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await entriesAfter(tx, after, limit);
  const findings = rows.map(({ seq, hasEvent }) =>
    hasEvent
      ? null
      : finding('MISSING_ROW', { type: 'AuditEvent', id: seq }, `The log has the event ${seq}, which is not there.`),
  );
  return stepOf(rows, limit, ({ seq }) => seq, findings);
}
