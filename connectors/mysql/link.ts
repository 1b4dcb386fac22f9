import { connect as dial } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { Connection, ConnectionOptions, RowDataPacket, SslOptions } from 'mysql2/promise';
import type { MysqlConfig } from './config.ts';
import { dialectOf } from './dialect.ts';
import type { Dialect } from './dialect.ts';
import { VERSION, beginSession } from './queries.ts';
import type { VersionRow } from './rows.ts';
import { asFault, endsConnection, unavailable } from './unavailable.ts';

/** One connection, in a session that can only read. */
export interface Link {
  readonly dialect: Dialect;
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** How much later than the server we give up ourselves: only when the network swallows its answer. */
const GRACE_MS = 5_000;
const CLOSE_MS = 2_000;

/**
 * @throws Fault SOURCE_UNAVAILABLE
 * @throws the signal's reason, when it is aborted.
 */
export async function connect(config: MysqlConfig, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const socket = dial({ host: config.host, port: config.port, keepAlive: true, noDelay: true });
  const guard = async <T>(task: () => Promise<T>, isFault: (error: unknown) => boolean = endsConnection): Promise<T> => {
    signal.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      signal.throwIfAborted();
      throw isFault(error) ? unavailable(error, config) : error;
    }
  };
  let connection: Connection | null = null;
  // A server that works on a statement does not notice that its client is gone; it must be told.
  const abort = (): void => {
    socket.destroy();
    if (connection !== null) void kill(config, connection.threadId).catch(() => undefined);
  };
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', abort);
    if (connection !== null && !socket.destroyed)
      await Promise.race([connection.end().catch(() => undefined), wait(CLOSE_MS, undefined, { ref: false })]);
    socket.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const made = await guard(
      () => createConnection({ ...clientSettings(config), stream: () => socket }),
      () => true,
    );
    connection = made;
    // The server may cut an idle connection between two questions; unheard, the event would end the process.
    made.on('error', () => undefined);
    const rows = <Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
      guard(() => ask<Row>(made, config, sql, values));
    const dialect = dialectOf((await rows<VersionRow>(VERSION))[0]?.version ?? '');
    for (const statement of beginSession(dialect, config.statementTimeoutMs)) await rows(statement);
    return { dialect, rows, close };
  } catch (error) {
    await close();
    throw asFault(error, config);
  }
}

async function ask<Row>(
  connection: Connection,
  config: MysqlConfig,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const timeout = config.statementTimeoutMs + GRACE_MS;
  const [rows] = await connection.query<(Row & RowDataPacket)[]>({ sql, values: [...values], timeout });
  return rows;
}

async function kill(config: MysqlConfig, thread: number): Promise<void> {
  const killer = await createConnection({ ...clientSettings(config), connectTimeout: CLOSE_MS });
  try {
    await killer.query({ sql: `kill ${thread}`, timeout: CLOSE_MS });
  } finally {
    killer.destroy();
  }
}

function clientSettings({ host, port, user, password, connectTimeoutMs, sslMode, ca }: MysqlConfig): ConnectionOptions {
  return {
    host,
    port,
    user,
    password: password ?? '',
    connectTimeout: connectTimeoutMs,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    // A server could otherwise ask for any file of this machine.
    flags: ['-LOCAL_FILES'],
    connectAttributes: { program_name: 'cadastre-crawler' },
    ...(sslMode === 'disable' ? {} : { ssl: tlsSettings(sslMode, ca) }),
  };
}

const tlsSettings = (sslMode: MysqlConfig['sslMode'], ca: string | null): SslOptions => ({
  rejectUnauthorized: ca !== null || sslMode === 'verify-full',
  verifyIdentity: sslMode === 'verify-full',
  ...(ca === null ? {} : { ca }),
});
