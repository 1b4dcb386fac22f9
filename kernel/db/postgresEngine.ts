import pg from 'pg';
import { Fault } from '../fault.ts';
import { connectFault } from './connectFault.ts';
import { type Engine, SESSION_SETTINGS, STATEMENT_TIMEOUT_MS } from './engine.ts';
import { PostgresListener } from './postgresListener.ts';
import { rowTypes } from './rowTypes.ts';

const OLDEST_VERSION = 15;
const POOL_SIZE = 10;
/** Also for waiting until one of the pool's connections is free. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Connects to PostgreSQL and checks that it is one that we can use. `variable` is the setting that faults name. */
export async function postgresEngine(url: string, variable: string): Promise<Engine> {
  const config: pg.ClientConfig = {
    connectionString: url,
    application_name: 'cadastre',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: rowTypes,
  };
  const pool = poolOf(config, variable);
  // A connection that dies while idle has left the pool when this is called; without a listener it would end the process.
  pool.on('error', () => {});
  try {
    await requireVersion(pool);
  } catch (error) {
    await pool.end();
    throw connectFault(error, url, variable);
  }
  const listener = new PostgresListener(config);
  return {
    kind: 'postgres',
    pool,
    subscribe: (channel, onPayload) => listener.subscribe(channel, onPayload),
    close: async () => {
      await listener.close();
      await pool.end();
    },
  };
}

function poolOf(config: pg.ClientConfig, variable: string): pg.Pool {
  // pg takes whatever it is given for the name of a database on this machine, and would look for that.
  if (!/^postgres(ql)?:\/\//.test(config.connectionString ?? '')) throw notAUrl(variable);
  try {
    new pg.Client(config);
  } catch (error) {
    throw notAUrl(variable, error);
  }
  return new pg.Pool({ ...config, max: POOL_SIZE, onConnect: (client) => client.query(SESSION_SETTINGS) });
}

const notAUrl = (variable: string, cause?: unknown): Fault =>
  new Fault('CONFIGURATION', {
    public: `${variable} is not the URL of a PostgreSQL database. Write it like postgres://user:password@host:5432/cadastre.`,
    cause,
  });

/** What a server that we cannot use is told; undefined for one that we can. */
export function versionFault(version: string): Fault | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_VERSION) return undefined;
  return new Fault('CONFIGURATION', {
    public: `The server runs PostgreSQL ${version}; Cadastre needs ${OLDEST_VERSION} or newer. Upgrade it, or name another server.`,
  });
}

async function requireVersion(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version') as version`);
  const fault = versionFault(rows[0]?.version ?? 'of an unknown version');
  if (fault !== undefined) throw fault;
}
