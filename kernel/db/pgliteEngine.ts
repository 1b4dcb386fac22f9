import type { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { type Engine, SESSION_SETTINGS } from './engine.ts';
import { watchForPanic } from './pglitePanic.ts';
import { rowTypes } from './rowTypes.ts';
import { sendOnce } from './session.ts';

/** Waiting for the one connection has an end, too. */
const CONNECTION_WAIT_MS = 30_000;

/** A `pg.Pool` of exactly one connection over PGlite, so that nothing above needs to know which engine answers. */
export function pgliteEngine(lite: PGlite, release: () => Promise<void> = async () => {}): Engine {
  const panic = watchForPanic(lite);
  const pool = new pg.Pool({
    ...configOver(lite),
    types: rowTypes,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    // A connection that was thrown away lives on underneath, perhaps in the middle of a transaction.
    onConnect: (client) => client.query(`rollback; ${SESSION_SETTINGS}`),
  });
  pool.on('error', () => {});
  return {
    kind: 'pglite',
    pool,
    subscribe: (channel, onPayload) => subscribe(lite, pool, channel, onPayload),
    close: async () => {
      try {
        // A checkpoint that fails costs time at the next opening, and nothing else.
        await sendOnce(pool, { text: 'checkpoint' }).catch(() => undefined);
        await pool.end();
        if (panic.fault === undefined) await lite.close();
      } finally {
        await release();
      }
    },
  };
}

/** The adapter's connection, with two of its mistakes put right. */
function configOver(lite: PGlite): ReturnType<typeof createPgConfig> {
  const config = createPgConfig(lite);
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
  return config;
}

/**
 * LISTEN goes through the pool: PGlite's own `listen` would run between the messages of a statement of ours, or
 * inside an open transaction, whose rollback would take the LISTEN with it.
 */
async function subscribe(
  lite: PGlite,
  pool: pg.Pool,
  channel: string,
  onPayload: (payload: string) => void,
): Promise<() => Promise<void>> {
  const stop = lite.onNotification((name, payload) => {
    if (name === channel) onPayload(payload);
  });
  await sendOnce(pool, { text: `listen ${pg.escapeIdentifier(channel)}` });
  // The session goes on listening: others may listen to the same channel, and nobody hears what is left over.
  return async () => stop();
}
