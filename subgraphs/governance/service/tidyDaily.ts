import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Tx } from '../../../kernel/db/database.ts';
import type { Kernel } from '../../../kernel/graph/subgraph.ts';
import { pruneAnswers } from '../store/erase.ts';
import { pruneDeliveries } from '../store/webhooks/pruneDeliveries.ts';

export interface Tidying {
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** How long the answer to a mutation is there for a repeat. */
const ANSWER_DAYS = 30;
/** How long is known what became of a message, and how long a dead one can be sent again. */
const DELIVERY_DAYS = 90;
const BATCH = 5_000;

/** Forgets once a day what nobody asks for any more, in one process of all. */
export function tidyDaily(kernel: Pick<Kernel, 'db' | 'log'>): Tidying {
  const stopping = new AbortController();
  const running = run(kernel, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run({ db, log }: Pick<Kernel, 'db' | 'log'>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await db
      .lead('audit-upkeep', (lease) => tidy(db, lease.signal), { signal, whenTaken: 'give-up' })
      .catch((error: unknown) => log.warn({ err: error }, 'what is old could not be forgotten'));
    await sleep(DAY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

export async function tidy(db: Database, signal: AbortSignal): Promise<void> {
  await batches(db, signal, (tx) => pruneAnswers(tx, ANSWER_DAYS, BATCH));
  await batches(db, signal, (tx) => pruneDeliveries(tx, DELIVERY_DAYS, BATCH));
}

/** Batch by batch, so that nobody waits for it. */
async function batches(db: Database, signal: AbortSignal, prune: (tx: Tx) => Promise<number>): Promise<void> {
  let forgotten = BATCH;
  while (forgotten === BATCH && !signal.aborted) forgotten = await db.transaction(prune);
}
