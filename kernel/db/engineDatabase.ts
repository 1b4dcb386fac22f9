import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Database, Lease, LeadOptions, TransactionOptions, Tx } from './database.ts';
import type { Engine } from './engine.ts';
import { guardedOrm } from './guardedOrm.ts';
import { lead } from './lead.ts';
import { Notifier } from './notifier.ts';
import { RecordedClock } from './recordedClock.ts';
import { rowsOf, sendOnce, type Statement } from './session.ts';
import { runTransaction } from './transaction.ts';
import { TransactionScope } from './transactionScope.ts';

/** The one Database, over either engine. */
export class EngineDatabase implements Database {
  readonly #engine: Engine;
  readonly #owner: (() => Promise<Database>) | undefined;
  readonly #scope = new TransactionScope();
  readonly #clock = new RecordedClock();
  readonly #notifier: Notifier;
  #closing: Promise<void> | undefined;
  readonly orm: NodePgDatabase;

  /** @param owner opens the database once more as the role that may change the schema, where that is another one. */
  constructor(engine: Engine, owner?: () => Promise<Database>) {
    this.#engine = engine;
    this.#owner = owner;
    this.#notifier = new Notifier(engine.pool);
    this.orm = guardedOrm(engine.pool, (statement) => this.#send(statement));
  }

  get engine(): Database['engine'] {
    return this.#engine.kind;
  }

  async query<R extends object>(text: string, values?: readonly unknown[], name?: string): Promise<readonly R[]> {
    return rowsOf<R>(await this.#send({ text, ...(values && { values }), ...(name && { name }) }));
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    this.#scope.refuseInside('database.transaction()');
    const place = { pool: this.#engine.pool, scope: this.#scope, clock: this.#clock, notifier: this.#notifier };
    return runTransaction(place, work, options);
  }

  async listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>> {
    this.#scope.refuseInside('database.listen()');
    return this.#engine.subscribe(channel, onPayload);
  }

  async lead(name: string, work: (lease: Lease) => Promise<void>, options: LeadOptions = {}): Promise<boolean> {
    this.#scope.refuseInside('database.lead()');
    return lead(this, name, work, options);
  }

  async asOwner<T>(work: (db: Database) => Promise<T>): Promise<T> {
    this.#scope.refuseInside('database.asOwner()');
    if (this.#owner === undefined) return work(this);
    const owner = await this.#owner();
    try {
      return await work(owner);
    } finally {
      await owner.close();
    }
  }

  async close(): Promise<void> {
    this.#scope.refuseInside('database.close()');
    return (this.#closing ??= this.#notifier.flush().then(() => this.#engine.close()));
  }

  async #send(statement: Statement): Promise<Awaited<ReturnType<typeof sendOnce>>> {
    this.#scope.refuseInside('The database');
    return sendOnce(this.#engine.pool, statement);
  }
}
