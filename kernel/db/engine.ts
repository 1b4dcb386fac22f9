import type pg from 'pg';

/** What differs between embedded PGlite and PostgreSQL; everything above it is the same code. */
export interface Engine {
  readonly kind: 'pglite' | 'postgres';
  readonly pool: pg.Pool;
  /** Calls back for each NOTIFY on the channel, for as long as the process lives or until the answer is called. */
  subscribe(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  /** Ends the connections and frees what the engine holds. Called once. */
  close(): Promise<void>;
}

/** How long a statement may take unless its transaction says otherwise. PGlite has no timer and cannot enforce it. */
export const STATEMENT_TIMEOUT_MS = 30_000;

/** How long a transaction may do something else than speak to the database, which waits with its locks held. */
const IDLE_TIMEOUT_MS = 60_000;

/**
 * The settings of every connection, in one round trip. `pg_temp` comes last, so that a temporary table never
 * hides one of ours; `pg_catalog` is searched first without being named.
 */
export const SESSION_SETTINGS = `select ${Object.entries({
  TimeZone: 'UTC',
  application_name: 'cadastre',
  search_path: 'public, pg_temp',
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_TIMEOUT_MS,
  // Compiling a statement takes half a second; ours are short.
  jit: 'off',
})
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  .join(', ')}`;
