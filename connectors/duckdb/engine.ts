import { DuckDBInstance, StatementType } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';

/** One DuckDB in this process with one connection. */
export interface Engine {
  rows<Row>(query: Query<Row>, values: readonly string[], signal: AbortSignal): Promise<readonly Row[]>;
  /** Why the statement does not compile, or null when it does. It is not run. */
  complaint(sql: string, signal: AbortSignal): Promise<string | null>;
  /** Gives the native handles and the lock on the file back. May be called twice. */
  close(): void;
}

/** A statement with the shape of its rows; `$1` and so on stand for values. */
export interface Query<Row> {
  readonly sql: string;
  readonly row: z.ZodType<Row>;
}

export type Settings = Readonly<Record<string, string>>;

export interface Limits {
  /** Options at creation, such as `access_mode`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The only folder whose files may be touched; null for none at all. */
  readonly folder: string | null;
}

/** Nothing is fetched or loaded because some view or file mentions it, and a crawl is a guest in this process. */
const MODEST = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  threads: '2',
  memory_limit: '512MB',
};

export async function openEngine(path: string, { settings = {}, folder }: Limits): Promise<Engine> {
  const instance = await DuckDBInstance.create(path, { ...MODEST, ...settings });
  const connection = await connectWithin(instance, folder).catch((error: unknown) => {
    instance.closeSync();
    throw error;
  });
  let open = true;
  return {
    rows: (query, values, signal) =>
      interruptible(connection, signal, async () => z.array(query.row).parse(await select(connection, query.sql, values))),
    complaint: (sql, signal) => interruptible(connection, signal, () => complaintOf(connection, sql)),
    close: () => {
      if (!open) return;
      open = false;
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** From here on other files are out of reach, and no later statement can change that. */
async function connectWithin(instance: DuckDBInstance, folder: string | null): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  const allowed = folder === null ? [] : [`set allowed_directories = ['${folder.replaceAll("'", "''").replace(/\/?$/, '/')}']`];
  for (const statement of [...allowed, 'set enable_external_access = false', 'set lock_configuration = true'])
    await connection.run(statement);
  return connection;
}

/** Only SELECT is ever run: where the engine itself could write, as it could beside files, this cannot. */
async function select(connection: DuckDBConnection, sql: string, values: readonly string[]): Promise<readonly unknown[]> {
  const statement = await connection.prepare(sql);
  try {
    if (statement.statementType !== StatementType.SELECT) throw new Error('Only SELECT may be run here.');
    statement.bind([...values]);
    const reader = await statement.runAndReadAll();
    return reader.getRowObjectsJson();
  } finally {
    statement.destroySync();
  }
}

async function complaintOf(connection: DuckDBConnection, sql: string): Promise<string | null> {
  try {
    const statement = await connection.prepare(sql);
    statement.destroySync();
    return null;
  } catch (error) {
    return errorLine(error);
  }
}

/** What DuckDB says, without the hints and the excerpt that follow on further lines. */
export const errorLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

async function interruptible<T>(connection: DuckDBConnection, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}
