import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Instant } from '../time.ts';

/** Rows as PostgreSQL sends them: `int8` and `numeric` as text, `timestamptz` as Instant, `jsonb` parsed, `bytea` as Buffer. */
export type Row = Record<string, unknown>;

export interface Queryable {
  /** drizzle over this connection. */
  readonly orm: NodePgDatabase;
  /** One statement with `$1` placeholders. A `name` makes it a prepared statement that is planned once a connection. */
  query<R extends object = Row>(text: string, values?: readonly unknown[], name?: string): Promise<readonly R[]>;
}

/** A transaction in progress. Every write takes one of these; it is passed down, never taken again. */
export interface Tx extends Queryable {
  /** Recorded time of everything this transaction writes, taken once. */
  readonly now: Instant;
  /**
   * Wakes the listeners of a channel soon after the commit, and never when it rolls back: at once, or together with what other
   * transactions of this process told within a tenth of a second. Nobody waits for it, and it is lost with the process.
   */
  notify(channel: string): void;
}

export interface TransactionOptions {
  /** Overrides `tx.now`: for tests, and for history that is labelled as simulated or imported. */
  readonly at?: Instant;
  /** Statement timeout inside the transaction, milliseconds; 30 000 unless given. */
  readonly statementTimeoutMs?: number;
  /** Only reads, and all statements see the same moment (REPEATABLE READ); false unless given. */
  readonly isSnapshot?: boolean;
  /**
   * Takes locks before the transaction takes its time: whoever waits for another here has the later time of the two, so that a
   * history that goes forward needs no second attempt.
   */
  readonly first?: (tx: Tx) => Promise<unknown>;
}

/** What a leader holds: a fencing token that only grows, and a signal that fires when the lease is lost. */
export interface Lease {
  readonly name: string;
  readonly token: bigint;
  readonly signal: AbortSignal;
}

export interface LeadOptions {
  /** How long a lease lives without renewal, milliseconds; 15 000 unless given. */
  readonly ttlMs?: number;
  /** Stops waiting or leading. */
  readonly signal?: AbortSignal;
  /** What to do when somebody else leads: wait for the lease (default) or give up and return false. */
  readonly whenTaken?: 'wait' | 'give-up';
}

/** One surface over embedded PGlite and PostgreSQL. */
export interface Database extends Queryable {
  readonly engine: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction, READ COMMITTED unless asked otherwise; commits when it returns, rolls back when it throws. After a lost
   * deadlock or conflict, of which nothing was stored, `work` is called again: it keeps all its effects inside `tx`. Whoever always
   * loses gets CONFLICT.
   * Asking this database for anything else while inside `work` throws INTERNAL on both engines, because the
   * embedded engine has one connection and would wait for itself.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Calls back with the payload of each NOTIFY on the channel; the answer stops listening. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  /** Runs `work` while holding the named lease (a row with a fencing token); false when it was taken and we gave up. */
  lead(name: string, work: (lease: Lease) => Promise<void>, options?: LeadOptions): Promise<boolean>;
  /**
   * Runs `work` as the role that may change the schema: that of `migrationUrl` where one is given, otherwise this
   * very database.
   */
  asOwner<T>(work: (db: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
