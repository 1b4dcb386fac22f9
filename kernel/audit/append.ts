import { createHash, randomBytes } from 'node:crypto';
import { canonicalJson, digestText, type Digest } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../ids.ts';
import type { Decision } from '../policy/decision.ts';
import { toMs } from '../time.ts';
import type { AuditEvent, Outcome } from './event.ts';

/** Who acts, by which right and on which request: the same for all events of one transaction. */
export interface Origin {
  readonly actor: AuditEvent['actor'];
  readonly decision: Decision;
  readonly request: AuditEvent['request'];
  readonly correlationId: string;
  /** True when the times of these events are simulated; each of them says so. */
  readonly isSimulated?: boolean;
}

/** What happened to one thing. */
export interface Happening {
  readonly action: string;
  readonly subject: { readonly type: string; readonly id: string; readonly digest: Digest | null };
  /** The thing whose versions count: a dataset for its columns. */
  readonly aggregateId: string;
  readonly fields: readonly string[];
  /** Values before and after, free text, names: kept apart, so that they can be forgotten. */
  readonly detail: unknown;
  readonly outcome?: Outcome;
  readonly reason?: string | null;
}

export interface Appended {
  readonly id: string;
  readonly digest: Digest;
  readonly aggregateId: string;
  readonly version: number;
}

/**
 * Appends one event for each happening, in order, in the transaction that makes the change.
 * Takes the heads of the aggregates in id order, so that two writers never wait for each other in a ring.
 */
export async function appendAll(tx: Tx, origin: Origin, happenings: readonly Happening[]): Promise<readonly Appended[]> {
  if (happenings.length === 0) return [];
  const heads = await lockHeads(tx, [...new Set(happenings.map((happening) => happening.aggregateId))].toSorted());
  const written = happenings.map((happening) => {
    const head = heads.get(happening.aggregateId) ?? { version: 0, eventDigest: null };
    const entry = compose(tx, origin, happening, head);
    heads.set(happening.aggregateId, { version: entry.event.aggregate.version, eventDigest: entry.digest });
    return entry;
  });
  await store(tx, written, heads);
  return written.map(({ event, digest }) => ({
    id: event.id,
    digest,
    aggregateId: event.aggregate.id,
    version: event.aggregate.version,
  }));
}

interface Head {
  readonly version: number;
  readonly eventDigest: Digest | null;
}

interface Written {
  readonly event: AuditEvent;
  readonly body: string;
  readonly digest: Digest;
  readonly salt: Buffer | null;
  readonly detail: string | null;
}

/** Nearly always the things are known, and one statement does. */
async function lockHeads(tx: Tx, ids: readonly string[]): Promise<Map<string, Head>> {
  const known = await lockKnownHeads(tx, ids);
  if (known.size === ids.length) return known;
  await tx.query(
    `insert into kernel.aggregate (id, version) select id, 0 from unnest($1::text[]) as a(id) on conflict (id) do nothing`,
    [ids.filter((id) => !known.has(id))],
    'audit_new_heads',
  );
  return lockKnownHeads(tx, ids);
}

async function lockKnownHeads(tx: Tx, ids: readonly string[]): Promise<Map<string, Head>> {
  const rows = await tx.query<{ id: string; version: number; event_digest: Digest | null }>(
    'select id, version, event_digest from kernel.aggregate where id = any($1) order by id for update',
    [ids],
    'audit_lock_heads',
  );
  return new Map(rows.map((row) => [row.id, { version: row.version, eventDigest: row.event_digest }]));
}

function compose(tx: Tx, origin: Origin, happening: Happening, head: Head): Written {
  const detail = happening.detail === null || happening.detail === undefined ? null : canonicalJson(happening.detail);
  const salt = detail === null ? null : randomBytes(32);
  const event: AuditEvent = {
    v: 1,
    id: newId('event', toMs(tx.now)),
    time: tx.now,
    actor: origin.actor,
    action: happening.action,
    subject: { ...happening.subject, version: head.version + 1 },
    decision: origin.decision,
    outcome: happening.outcome ?? 'success',
    reason: happening.reason ?? (origin.isSimulated === true ? 'SIMULATED' : null),
    changes: { fields: happening.fields, commitment: salt === null || detail === null ? null : commit(salt, detail) },
    request: origin.request,
    correlationId: origin.correlationId,
    aggregate: { id: happening.aggregateId, version: head.version + 1, previousEventDigest: head.eventDigest },
  };
  const body = canonicalJson(event);
  return { event, body, digest: digestText(body), salt, detail };
}

/** A salted commitment: whoever has salt and detail can check it, whoever has neither learns nothing from it. */
export const commit = (salt: Buffer, detail: string): Digest =>
  `sha256:${createHash('sha256').update(salt).update(detail, 'utf8').digest('hex')}` as Digest;

/**
 * One statement, because every change in the catalog waits for it: events in their order, their queue, details and heads.
 * Heads come as arrays: of JSON the planner expects so many rows that it reads the whole table.
 */
async function store(tx: Tx, written: readonly Written[], heads: ReadonlyMap<string, Head>): Promise<void> {
  const events = written.map(({ event, body, digest, salt, detail }) => ({
    id: event.id,
    recorded_at: event.time,
    action: event.action,
    actor_id: event.actor.id,
    subject_type: event.subject.type,
    subject_id: event.subject.id,
    aggregate_id: event.aggregate.id,
    aggregate_version: event.aggregate.version,
    outcome: event.outcome,
    correlation_id: event.correlationId,
    digest,
    body,
    salt: salt === null ? null : `\\x${salt.toString('hex')}`,
    detail,
  }));
  const rows = [...heads.values()];
  await tx.query(
    `with event as materialized (
       select * from json_to_recordset($1) as e(id text, recorded_at timestamptz, action text, actor_id text, subject_type text,
         subject_id text, aggregate_id text, aggregate_version int, outcome text, correlation_id text, digest text, body text,
         salt bytea, detail text)
     ), written as (
       insert into kernel.audit_event (id, recorded_at, action, actor_id, subject_type, subject_id, aggregate_id,
         aggregate_version, outcome, correlation_id, digest, body)
       select id, recorded_at, action, actor_id, subject_type, subject_id, aggregate_id, aggregate_version, outcome,
         correlation_id, digest, body
       from event returning seq
     ), queued as (
       insert into kernel.audit_pending (event_seq) select seq from written
     ), kept as (
       insert into kernel.audit_detail (event_id, salt, body) select id, salt, detail from event where salt is not null
     )
     update kernel.aggregate a set version = h.version, event_digest = h.event_digest
     from unnest($2::text[], $3::int[], $4::text[]) as h(id, version, event_digest) where a.id = h.id`,
    [JSON.stringify(events), [...heads.keys()], rows.map(({ version }) => version), rows.map(({ eventDigest }) => eventDigest)],
    'audit_store',
  );
}
