import { setTimeout as sleep } from 'node:timers/promises';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { Fault } from '../fault.ts';
import type { Instant } from '../time.ts';
import type { TransactionOptions, Tx } from './database.ts';
import { STATEMENT_TIMEOUT_MS } from './engine.ts';
import { guardedOrm } from './guardedOrm.ts';
import type { Notifier } from './notifier.ts';
import type { RecordedClock } from './recordedClock.ts';
import { rowsOf, Session, type Statement } from './session.ts';
import { isSerializationFailure, withoutDrizzle } from './storeFault.ts';
import { misuse, type TransactionScope } from './transactionScope.ts';

const ATTEMPTS = 4;
const TRANSACTION_CONTROL = /^\s*(begin|start\s+transaction|commit|end|abort|rollback(?!\s+to\b)|prepare\s+transaction)\b/i;

export interface TransactionPlace {
  readonly pool: pg.Pool;
  readonly scope: TransactionScope;
  readonly clock: RecordedClock;
  readonly notifier: Notifier;
}

/**
 * Runs `work` in one transaction, and once more (three times at most) when it lost a deadlock or a serialization
 * conflict: nothing of it was stored then. `work` must therefore keep all its effects inside `tx`.
 * @throws Fault CONFLICT when it lost each time
 */
export async function runTransaction<T>(
  place: TransactionPlace,
  work: (tx: Tx) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(place, work, options);
    } catch (error) {
      if (!isSerializationFailure(error)) throw withoutDrizzle(error);
      if (attempt === ATTEMPTS) throw contended(error);
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

/** What callers may read of it: that they were too many, and that it was nobody's mistake. */
const contended = (cause: unknown): Fault =>
  new Fault('CONFLICT', {
    public:
      'Others changed the same thing at the same moment, each time that this was tried. Nothing was stored. Try again shortly.',
    internal: `lost ${ATTEMPTS} times: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  });

async function attemptOnce<T>(
  { pool, scope, clock, notifier }: TransactionPlace,
  work: (tx: Tx) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const session = await Session.open(pool);
  try {
    const began = await begin(session, options);
    const { first } = options;
    const now = first === undefined ? began : await timeAfter(session, scope, new OpenTx(session, began), first);
    const tx = new OpenTx(session, options.at ?? clock.next(now));
    const result = await scope.run(() => work(tx)).finally(() => tx.end());
    await commit(session);
    notifier.tell(tx.channels);
    return result;
  } catch (error) {
    await session.rollback();
    throw error;
  } finally {
    session.release();
  }
}

/** Starts the transaction, sets its timeout and takes its time in one round trip. */
async function begin(
  session: Session,
  { statementTimeoutMs = STATEMENT_TIMEOUT_MS, isSnapshot = false }: TransactionOptions,
): Promise<Instant> {
  const timeoutMs = Math.max(1, Math.trunc(statementTimeoutMs));
  session.statementTimeoutMs = timeoutMs;
  const timeout = timeoutMs === STATEMENT_TIMEOUT_MS ? '' : `set local statement_timeout = ${timeoutMs};`;
  const level = isSnapshot ? 'repeatable read read only' : 'read committed';
  return timeOf(session, `begin isolation level ${level}; ${timeout} select clock_timestamp() as now`);
}

/** The time once the locks are held. */
async function timeAfter(
  session: Session,
  scope: TransactionScope,
  tx: OpenTx,
  first: (tx: Tx) => Promise<unknown>,
): Promise<Instant> {
  await scope.run(() => first(tx)).finally(() => tx.end());
  return timeOf(session, 'select clock_timestamp() as now');
}

async function timeOf(session: Session, text: string): Promise<Instant> {
  const [row] = rowsOf<{ now: Instant }>(await session.send({ text }));
  if (row === undefined) throw misuse('The database did not tell the time.');
  return row.now;
}

async function commit(session: Session): Promise<void> {
  const { command } = await session.send({ text: 'commit' });
  // PostgreSQL answers COMMIT with ROLLBACK when a statement failed before and nobody minded.
  if (command !== 'COMMIT')
    throw misuse('A statement failed inside a transaction and its error was swallowed; nothing was stored.');
}

class OpenTx implements Tx {
  readonly #session: Session;
  #open = true;
  #orm: NodePgDatabase | undefined;
  readonly now: Instant;
  readonly channels = new Set<string>();

  constructor(session: Session, now: Instant) {
    this.#session = session;
    this.now = now;
  }

  /** Made on first use: most transactions speak SQL only. */
  get orm(): NodePgDatabase {
    return (this.#orm ??= guardedOrm(this.#session.client, (statement) => this.#send(statement)));
  }

  async query<R extends object>(text: string, values?: readonly unknown[], name?: string): Promise<readonly R[]> {
    return rowsOf<R>(await this.#send({ text, ...(values && { values }), ...(name && { name }) }));
  }

  notify(channel: string): void {
    this.channels.add(channel);
  }

  end(): void {
    this.#open = false;
  }

  #send(statement: Statement): Promise<pg.QueryResult> {
    if (!this.#open) return Promise.reject(misuse('A transaction was used after its end.'));
    if (TRANSACTION_CONTROL.test(statement.text)) {
      return Promise.reject(misuse(`"${statement.text.slice(0, 40)}" was sent inside a transaction. Return or throw instead.`));
    }
    return this.#session.send(statement);
  }
}
