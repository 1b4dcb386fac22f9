import { AsyncResource } from 'node:async_hooks';
import type { RequestContext } from '../context.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../log.ts';
import type { TellDenied } from '../policy/decision.ts';
import type { Decision } from '../policy/policySet.ts';
import { originOf, record } from './record.ts';

/** Of one caller and action one refusal is told in this time. */
const EVERY_MS = 60_000;
const REMEMBERED_MAX = 10_000;
/** What may wait to be written. */
const WAITING_MAX = 1_000;

/**
 * Takes refusals down that no mutation records: what a fault answers. Each in a transaction of its own, one after another and
 * beside the answer, which neither waits nor fails for it.
 */
export class Refusals {
  readonly #db: Database;
  readonly #log: Logger;
  /** Whoever refuses may be inside a transaction; what is written here is not. */
  readonly #outside = new AsyncResource('refusals');
  /** Spares the database those that were told lately; it is the database that keeps others out, also of other processes. */
  readonly #toldAt = new Map<string, number>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  /** For a request: what it is denied is told as its own. */
  of(request: RequestContext): TellDenied {
    return (what, decision) => {
      const caller = `${request.principal.id} ${what}`;
      if (Date.now() - (this.#toldAt.get(caller) ?? 0) < EVERY_MS) return;
      if (this.#waiting >= WAITING_MAX) {
        this.#log.warn({ ...request.trace, what }, 'too many refusals at once: this one is not in the audit trail');
        return;
      }
      if (this.#toldAt.size >= REMEMBERED_MAX) this.#toldAt.clear();
      this.#toldAt.set(caller, Date.now());
      this.#waiting += 1;
      this.#outside.runInAsyncScope(() => {
        this.#last = this.#last.then(() => this.#tell(request, what, decision));
      });
    };
  }

  /** When all that was refused until now is written down. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #tell(request: RequestContext, what: string, decision: Decision): Promise<void> {
    try {
      await write(this.#db, request, what, decision);
    } catch (err) {
      this.#log.error({ err, ...request.trace, what }, 'a refusal could not be written into the audit trail');
    } finally {
      this.#waiting -= 1;
    }
  }
}

const write = (db: Database, request: RequestContext, what: string, decision: Decision): Promise<void> =>
  db.transaction(async (tx) => {
    const { id } = request.principal;
    const isDue = await tx.query(
      `insert into kernel.refusal_told as t (actor_id, action, told_at) values ($1, $2, $3)
       on conflict (actor_id, action) do update set told_at = excluded.told_at
       where t.told_at <= excluded.told_at - make_interval(secs => $4) returning 1`,
      [id, what, tx.now, EVERY_MS / 1_000],
      'audit_refusal_is_due',
    );
    if (isDue.length === 0) return;
    await record(tx, originOf(request, decision), [
      {
        action: 'governance.access.refused.v1',
        subject: { type: 'Action', id: what, digest: null },
        aggregateId: `refusals/of/${id}`,
        fields: [],
        detail: null,
        outcome: 'refused',
        reason: 'FORBIDDEN',
        payload: { subjectId: what, code: 'FORBIDDEN' },
      },
    ]);
  });
