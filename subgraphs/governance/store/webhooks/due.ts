import type { AuditEvent } from '../../../../kernel/audit/event.ts';
import type { Queryable, Tx } from '../../../../kernel/db/database.ts';

/** A delivery whose time has come. */
export interface Due {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly sealedSecret: string;
  /** Null when there is none any more. */
  readonly sealedSecretBefore: string | null;
  readonly attempts: number;
  readonly eventId: string;
  /** Frozen by the first attempt. */
  readonly body: string | null;
}

/** At most so many of one receiver are on their way at once: one that does not answer holds up nobody but itself. */
export const OF_ONE_MAX = 8;
const COUNT_MAX = 64;

/**
 * At most sixty-four: of each receiver the first few, those that are on their way included, and the first of each before the second of any.
 * @param full receivers that have no room for another one now
 */
export const dueDeliveries = (db: Queryable, full: readonly string[]): Promise<readonly Due[]> =>
  db.query<Due>(
    `with due as (
       select d.id, d.next_at, row_number() over (partition by d.webhook_id order by d.next_at, d.seq) as place
       from kernel.webhook_delivery d join kernel.webhook w on w.id = d.webhook_id
       where d.state = 'WAITING' and d.next_at <= clock_timestamp() and w.state = 'ACTIVE' and d.webhook_id <> all($1)
     ), first as (
       select id, place, next_at from due where place <= ${OF_ONE_MAX} order by place, next_at limit ${COUNT_MAX}
     )
     select d.id, d.webhook_id as "webhookId", w.url, w.secret as "sealedSecret",
       case when w.secret_before_until > clock_timestamp() then w.secret_before end as "sealedSecretBefore",
       d.attempts, d.event_id as "eventId", d.body
     from first f join kernel.webhook_delivery d on d.id = f.id join kernel.webhook w on w.id = d.webhook_id
     order by f.place, f.next_at`,
    [full],
    'webhook_due',
  );

/** What there is to say of an event; `leafIndex` is null while it is not in the log yet. */
export interface Told {
  readonly event: AuditEvent;
  readonly payload: unknown;
  readonly leafIndex: string | null;
  readonly isFresh: boolean;
}

export async function toldOf(db: Queryable, eventId: string): Promise<Told | null> {
  const [row] = await db.query<{ body: string; payload: string | null; leafIndex: string | null; isFresh: boolean }>(
    `select e.body, o.payload, l.leaf_index::text as "leafIndex", e.recorded_at > clock_timestamp() - interval '15 seconds' as "isFresh"
     from kernel.audit_event e
     left join lateral (select payload from kernel.outbox where event_id = e.id and aggregate_id = e.aggregate_id limit 1) o on true
     left join lateral (select leaf_index from kernel.log_entry where event_seq = e.seq limit 1) l on true
     where e.id = $1`,
    [eventId],
    'webhook_told',
  );
  if (row === undefined) return null;
  const { body, payload, leafIndex, isFresh } = row;
  return { event: JSON.parse(body) as AuditEvent, payload: payload === null ? null : JSON.parse(payload), leafIndex, isFresh };
}

/** What came of an attempt. */
export interface Outcome {
  readonly id: string;
  /** Null when it was not composed yet. */
  readonly body: string | null;
  readonly attempt: number;
  readonly latencyMs: number;
  readonly status: number | null;
  readonly problem: string | null;
  readonly state: 'WAITING' | 'DELIVERED' | 'DEAD';
  /** Seconds until the next attempt, while it waits. */
  readonly pauseSeconds: number | null;
}

/** An attempt is stored after it was made: a process that ends in between leaves a message that is sent once more. */
export async function storeOutcome(tx: Tx, outcome: Outcome): Promise<void> {
  const { id, body, attempt, latencyMs, status, problem, state, pauseSeconds } = outcome;
  await tx.query(
    `insert into kernel.webhook_attempt (delivery_id, number, at, latency_ms, status, problem)
     values ($1, $2, clock_timestamp(), $3, $4, $5) on conflict do nothing`,
    [id, attempt, latencyMs, status, problem],
    'webhook_attempt',
  );
  await tx.query(
    `update kernel.webhook_delivery set body = coalesce($2, body), attempts = greatest(attempts, $3), state = $4,
       next_at = case when $4 = 'WAITING' then clock_timestamp() + $5 * interval '1 second' end,
       ended_at = case when $4 = 'WAITING' then null else clock_timestamp() end
     where id = $1 and state = 'WAITING'`,
    [id, body, attempt, state, pauseSeconds ?? 0],
    'webhook_outcome',
  );
}

/** Puts off what cannot be composed yet: its event is about to get its place in the log. */
export async function putOff(db: Queryable, id: string, ms: number): Promise<void> {
  await db.query(
    `update kernel.webhook_delivery set next_at = clock_timestamp() + $2 * interval '1 millisecond' where id = $1 and state = 'WAITING'`,
    [id, ms],
    'webhook_put_off',
  );
}

/**
 * How long until the next delivery is due, in milliseconds; null when none waits.
 * @param full receivers that have no room for another one now
 * @param underway deliveries
 */
export async function untilNextDue(db: Queryable, full: readonly string[], underway: readonly string[]): Promise<number | null> {
  const [row] = await db.query<{ ms: number | null }>(
    `select extract(epoch from min(d.next_at) - clock_timestamp())::float8 * 1000 as ms
     from kernel.webhook_delivery d join kernel.webhook w on w.id = d.webhook_id where d.state = 'WAITING' and w.state = 'ACTIVE'
       and d.webhook_id <> all($1) and d.id <> all($2)`,
    [full, underway],
    'webhook_next_due',
  );
  // Not by SQL's greatest, which takes the lack of a moment for none at all.
  return row === undefined || row.ms === null ? null : Math.max(0, row.ms);
}
