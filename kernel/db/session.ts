import type pg from 'pg';
import { STATEMENT_TIMEOUT_MS } from './engine.ts';
import { storeFault } from './storeFault.ts';
import { misuse } from './transactionScope.ts';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
  readonly types?: pg.CustomTypesConfig;
  readonly rowMode?: 'array';
}

/** The server should have given up long before; this is for a network that swallows packets without a word. */
const NETWORK_GRACE_MS = 5_000;

/** One connection, taken from the pool until `release`. Statements are sent one after the other, however they are called. */
export class Session {
  readonly #client: pg.PoolClient;
  #tail: Promise<unknown> = Promise.resolve();
  #broken = false;
  statementTimeoutMs = STATEMENT_TIMEOUT_MS;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    // Without a listener, a connection that dies while nothing is sent would end the process.
    client.on('error', this.#onError);
  }

  static async open(pool: pg.Pool): Promise<Session> {
    try {
      return new Session(await pool.connect());
    } catch (error) {
      throw storeFault(error);
    }
  }

  get client(): pg.PoolClient {
    return this.#client;
  }

  send(statement: Statement): Promise<pg.QueryResult> {
    const result = this.#tail.then(() => this.#sendNow(statement));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** A lost connection needs no rollback, and would let us wait for one; the pool throws it away. */
  async rollback(): Promise<void> {
    if (this.#broken) return;
    await this.send({ text: 'rollback' }).catch(() => {
      this.#broken = true;
    });
  }

  /** Gives the connection back, or throws it away when it is not certain to be in order. */
  release(): void {
    this.#client.off('error', this.#onError);
    this.#client.release(this.#broken);
  }

  async #sendNow({ values, ...statement }: Statement): Promise<pg.QueryResult> {
    const config = { ...statement, query_timeout: this.statementTimeoutMs + NETWORK_GRACE_MS };
    try {
      return lastOf(await this.#client.query(values === undefined ? config : { ...config, values: [...values] }));
    } catch (error) {
      if (!isRefusal(error)) this.#broken = true;
      throw storeFault(error);
    }
  }

  readonly #onError = (): void => {
    this.#broken = true;
  };
}

/** Runs one statement on a connection of its own. */
export async function sendOnce(pool: pg.Pool, statement: Statement): Promise<pg.QueryResult> {
  const session = await Session.open(pool);
  try {
    return await session.send(statement);
  } finally {
    session.release();
  }
}

/** The caller names the shape of its rows, next to the SQL that gives them this shape. */
export const rowsOf = <R extends object>({ rows }: pg.QueryResult): readonly R[] => rows as R[];

/** Several statements in one text give several results, of which the last one counts. */
function lastOf(result: pg.QueryResult | readonly pg.QueryResult[]): pg.QueryResult {
  const last = 'rows' in result ? result : result.at(-1);
  if (last === undefined) throw misuse('A statement without a result was sent.');
  return last;
}

/** The server refused a statement and goes on, so the connection itself is in order. */
const isRefusal = (error: unknown): boolean => error instanceof Error && 'severity' in error && error.severity === 'ERROR';
