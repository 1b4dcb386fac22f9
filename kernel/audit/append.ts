import type { Digest } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { publishAll } from '../outbox/publish.ts';
import type { Decision } from '../policy/decision.ts';
import { type Draft, follow, type Following, type Head } from './compose.ts';
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

/** An event to be, and what it tells other subgraphs. */
export interface Telling extends Draft {
  readonly payload: unknown;
}

export interface AppendedAll {
  readonly events: readonly Appended[];
  /** The highest sequence in the outbox. */
  readonly readToken: bigint;
}

/** Appends one event with its message in one round trip: nearly every mutation makes one. */
export async function appendOne(tx: Tx, { event, parts, salt, detail, payload }: Telling): Promise<AppendedAll> {
  const { id, subject, actor, aggregate } = event;
  const [row] = await tx.query<{ version: number; digest: Digest; token: string }>(
    `select version, digest, token
     from kernel.append_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      id,
      event.time,
      event.action,
      actor.id,
      subject.type,
      subject.id,
      aggregate.id,
      event.outcome,
      event.correlationId,
      ...parts,
      salt,
      detail,
      JSON.stringify(payload),
    ],
    'audit_append_event',
  );
  if (row === undefined) throw new Error('an event was appended without an answer');
  const { version, digest, token } = row;
  return { events: [{ id, digest, aggregateId: aggregate.id, version }], readToken: BigInt(token) };
}

/**
 * Appends events with their messages, in order, by a fixed number of statements.
 * Takes the heads of the aggregates in id order, so that two writers never wait for each other in a ring.
 */
export async function appendAll(tx: Tx, tellings: readonly Telling[]): Promise<AppendedAll> {
  const heads = await lockHeads(tx, [...new Set(tellings.map(({ event }) => event.aggregate.id))].toSorted());
  const written = tellings.map((telling) => {
    const { id } = telling.event.aggregate;
    const next = follow(telling, heads.get(id) ?? { version: 0, eventDigest: null });
    heads.set(id, next);
    return { ...telling, ...next };
  });
  await store(tx, written, heads);
  const readToken = await publishAll(
    tx,
    written.map(({ event, version, payload }) => ({
      topic: event.action,
      aggregateId: event.aggregate.id,
      aggregateVersion: version,
      eventId: event.id,
      payload,
    })),
  );
  return {
    events: written.map(({ event, version, eventDigest }) => ({
      id: event.id,
      digest: eventDigest,
      aggregateId: event.aggregate.id,
      version,
    })),
    readToken,
  };
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

/**
 * One statement, because every change in the catalog waits for it: events in their order, their queue, details and heads.
 * Heads come as arrays: of JSON the planner expects so many rows that it reads the whole table.
 */
async function store(tx: Tx, written: readonly (Draft & Following)[], heads: ReadonlyMap<string, Head>): Promise<void> {
  const events = written.map(({ event, version, eventDigest, body, salt, detail }) => ({
    id: event.id,
    recorded_at: event.time,
    action: event.action,
    actor_id: event.actor.id,
    subject_type: event.subject.type,
    subject_id: event.subject.id,
    aggregate_id: event.aggregate.id,
    aggregate_version: version,
    outcome: event.outcome,
    correlation_id: event.correlationId,
    digest: eventDigest,
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
