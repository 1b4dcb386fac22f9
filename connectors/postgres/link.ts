import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'pg';
import type { QueryResultRow } from 'pg';
import type { PostgresConfig } from './config.ts';
import { beginSnapshot } from './queries.ts';
import { endsConnection, scopeReason, unavailable } from './unavailable.ts';

/** One connection to one database. Its only way to ask is a snapshot, so that nothing is ever sent outside a read-only transaction. */
export interface Link {
  begin(): Promise<Snapshot>;
  close(): Promise<void>;
}

/** One REPEATABLE READ, READ ONLY transaction: all its answers are of the same moment. */
export interface Snapshot {
  rows<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Asks what may fail or take locks, and leaves neither a broken transaction nor a lock behind. */
  attempt<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Attempt<Row>>;
  end(): Promise<void>;
}

export type Attempt<Row> = { readonly ok: true; readonly rows: readonly Row[] } | { readonly ok: false; readonly reason: string };

/** How much later than the server we give up ourselves: only when the network swallows its answer. */
const GRACE_MS = 5_000;
const CLOSE_MS = 2_000;

type Ask = <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * @throws Fault SOURCE_UNAVAILABLE
 * @throws the signal's reason, when it is aborted.
 */
export async function connect(config: PostgresConfig, database: string, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const socket = new Socket();
  const client = new Client({ ...clientSettings(config, database), stream: () => socket });
  let lost: unknown = null;
  // The server may cut an idle connection between two questions; unheard, the event would end the process.
  client.on('error', (error) => (lost ??= error));
  const abort = (): unknown => socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  const guard = async <T>(task: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      signal.throwIfAborted();
      throw endsConnection(error) ? unavailable(lost ?? error, { ...config, database }) : error;
    }
  };
  const ask: Ask = <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) =>
    guard(async () => (await client.query<Row>(sql, values === undefined ? undefined : [...values])).rows);
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', abort);
    await Promise.race([client.end(), wait(CLOSE_MS, undefined, { ref: false })]);
    socket.destroy();
  };
  try {
    await guard(async () => client.connect());
  } catch (error) {
    socket.destroy();
    signal.removeEventListener('abort', abort);
    throw endsConnection(error) ? error : unavailable(error, { ...config, database });
  }
  return { begin: () => begin(ask, config), close };
}

async function begin(ask: Ask, config: PostgresConfig): Promise<Snapshot> {
  await ask(beginSnapshot(config.statementTimeoutMs));
  return {
    rows: ask,
    async attempt<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Attempt<Row>> {
      await ask('savepoint attempt');
      const answer = await ask<Row>(sql, values).then(
        (rows) => ({ ok: true, rows }) as const,
        (error: unknown) => {
          if (endsConnection(error)) throw error;
          return { ok: false, reason: scopeReason(error, config) } as const;
        },
      );
      // Also after success: it gives back the locks on the customer's tables that the statement took.
      await ask('rollback to savepoint attempt');
      return answer;
    },
    end: async () => void (await ask('rollback')),
  };
}

/**
 * No session settings travel in the startup packet: a transaction pooler refuses them or, worse, would hand them on to an
 * application. `set local` in each transaction has the same effect and ends with it.
 */
function clientSettings(config: PostgresConfig, database: string) {
  const { host, port, user, connectTimeoutMs, statementTimeoutMs, sslMode } = config;
  return {
    host,
    port,
    user,
    database,
    // A function, because the driver fills a missing password from PGPASSWORD or ~/.pgpass: ours, sent to a foreign host.
    password: () => config.password ?? '',
    ssl: sslMode === 'disable' ? false : tlsSettings(config),
    application_name: 'cadastre-crawler',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
  };
}

// As in libpq, `require` with an authority checks who signed the certificate, though not for which host.
function tlsSettings({ sslMode, ca }: PostgresConfig): ConnectionOptions {
  if (ca === null) return { rejectUnauthorized: sslMode === 'verify-full' };
  return { ca, rejectUnauthorized: true, ...(sslMode === 'require' ? { checkServerIdentity: () => undefined } : {}) };
}
