import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { type Engine, SESSION_SETTINGS } from './engine.ts';
import type { RunningPglite } from './pglite.ts';
import { PgliteHost } from './pgliteHost.ts';
import { rowTypes } from './rowTypes.ts';
import { sendOnce } from './session.ts';

/** Waiting for the one connection has an end, too. */
const CONNECTION_WAIT_MS = 30_000;

export interface PgliteOptions {
  /** Opens the same data once more, after PGlite has died. */
  readonly restart?: () => Promise<RunningPglite>;
  /** Called once everything is closed. */
  readonly release?: () => Promise<void>;
}

/** A `pg.Pool` of exactly one connection over PGlite, so that nothing above needs to know which engine answers. */
export function pgliteEngine(running: RunningPglite, { restart, release }: PgliteOptions = {}): Engine {
  const host = new PgliteHost(running, restart);
  const channels = new Set<string>();
  const pool = new pg.Pool({
    ...configOver(running, host),
    types: rowTypes,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    // A connection that was thrown away lives on underneath, perhaps in the middle of a transaction.
    onConnect: (client) => client.query(['rollback', SESSION_SETTINGS, ...[...channels].map(listenTo)].join('; ')),
  });
  pool.on('error', () => {});
  return {
    kind: 'pglite',
    pool,
    subscribe: async (channel, onPayload) => {
      channels.add(channel);
      const stop = host.onNotification((name, payload) => {
        if (name === channel) onPayload(payload);
      });
      // Through the pool: PGlite's own `listen` would run between the messages of a statement of ours, or inside an
      // open transaction, whose rollback would take the LISTEN with it.
      await sendOnce(pool, { text: listenTo(channel) });
      // The session goes on listening: others may listen to the same channel, and nobody hears what is left over.
      return async () => stop();
    },
    close: async () => {
      try {
        // A checkpoint that fails costs time at the next opening, and nothing else.
        await sendOnce(pool, { text: 'checkpoint' }).catch(() => undefined);
        await pool.end();
        await host.close();
      } finally {
        await release?.();
      }
    },
  };
}

const listenTo = (channel: string): string => `listen ${pg.escapeIdentifier(channel)}`;

/** PGlite's adapter for pg, over whichever PGlite runs at the moment, with some of its mistakes put right. */
function configOver({ lite }: RunningPglite, host: PgliteHost): ReturnType<typeof createPgConfig> {
  const current = new Proxy(lite, {
    get: (target, key): unknown => (key === 'execProtocolStream' ? host.send : Reflect.get(target, key, target)),
  });
  const config = createPgConfig(current);
  const { connection } = config;
  // pg hands over its type parsers as an object, where a list of type numbers is expected.
  const parse = connection.parse.bind(connection);
  connection.parse = (query: { types?: unknown }) =>
    parse({ ...query, types: Array.isArray(query.types) ? query.types : undefined });
  // The end of a client takes all listeners away, and an error that nobody listens to would end the process.
  const end = connection.end.bind(connection);
  connection.end = () => {
    end();
    connection.on('error', () => {});
  };
  const connect = connection.connect.bind(connection);
  connection.connect = async (port, name) => {
    try {
      if (await host.revive()) Object.assign(connection, { parsedStatements: {}, submittedNamedStatements: {} });
      await connect(port, name);
    } catch (error) {
      connection.emit('error', error);
      connection.end();
    }
  };
  return config;
}
