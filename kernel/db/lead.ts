import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../fault.ts';
import type { Lease, LeadOptions, Queryable } from './database.ts';

const TTL_MS = 15_000;
const POLL_MS_MAX = 1_000;

/**
 * Runs `work` while this process holds the lease of that name. Time is the database's alone. A token only grows, so
 * whoever stores something under a lease can refuse the token of a leader who was asleep and does not know it yet.
 * (Not an advisory lock: PGlite grants one twice, and poolers lose it.)
 */
export async function lead(
  db: Queryable,
  name: string,
  work: (lease: Lease) => Promise<void>,
  options: LeadOptions,
): Promise<boolean> {
  const claim: Claim = { name, holder: randomUUID(), ttlMs: options.ttlMs ?? TTL_MS };
  const token = await acquire(db, claim, options);
  if (token === undefined) return false;
  const lost = new AbortController();
  const signal = AbortSignal.any([lost.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const done = new AbortController();
  const renewing = keep(db, claim, token, lost, done.signal);
  try {
    await work({ name, token, signal });
  } finally {
    done.abort();
    await renewing;
    // When the database is away, the lease ends by itself.
    await db.query(RELEASE, [name, claim.holder, token], 'lease_release').catch(() => undefined);
  }
  return true;
}

interface Claim {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
}

const ACQUIRE = `
  insert into kernel.lease as held (name, holder, token, expires_at)
  values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
  on conflict (name) do update set holder = excluded.holder, token = held.token + 1, expires_at = excluded.expires_at
    where held.expires_at <= clock_timestamp()
  returning token`;

const RENEW = `
  update kernel.lease set expires_at = clock_timestamp() + $4 * interval '1 millisecond'
  where name = $1 and holder = $2 and token = $3 returning token`;

/** The row stays, so that the next token is greater. */
const RELEASE = `update kernel.lease set expires_at = '-infinity' where name = $1 and holder = $2 and token = $3`;

async function acquire(
  db: Queryable,
  { name, holder, ttlMs }: Claim,
  { signal, whenTaken }: LeadOptions,
): Promise<bigint | undefined> {
  while (signal?.aborted !== true) {
    const [row] = await db.query<{ token: string }>(ACQUIRE, [name, holder, ttlMs], 'lease_acquire');
    if (row !== undefined) return BigInt(row.token);
    if (whenTaken === 'give-up') return undefined;
    await pause(Math.min(POLL_MS_MAX, ttlMs / 3) * (0.5 + Math.random()), signal);
  }
  return undefined;
}

/** Renews at a third of the lease's life. A renewal that fails may be repeated until the lease would have run out. */
async function keep(
  db: Queryable,
  { name, holder, ttlMs }: Claim,
  token: bigint,
  lost: AbortController,
  done: AbortSignal,
): Promise<void> {
  let renewedAt = performance.now();
  while (!done.aborted) {
    await pause(ttlMs / 3, done);
    if (done.aborted) return;
    const askedAt = performance.now();
    const rows = await db.query(RENEW, [name, holder, token, ttlMs], 'lease_renew').catch((error: unknown) => error);
    if (Array.isArray(rows) && rows.length === 1) renewedAt = askedAt;
    else if (Array.isArray(rows) || performance.now() - renewedAt >= (2 / 3) * ttlMs)
      return lost.abort(lostLease(name, token, rows));
  }
}

const lostLease = (name: string, token: bigint, cause: unknown): Fault =>
  new Fault('CONFLICT', {
    public: 'Another process took over this work.',
    internal: `The lease "${name}" with token ${token} was lost.`,
    cause,
  });

const pause = (ms: number, signal: AbortSignal | undefined): Promise<unknown> =>
  sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
