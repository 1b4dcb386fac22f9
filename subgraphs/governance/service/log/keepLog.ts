import { setTimeout as sleep } from 'node:timers/promises';
import { openAnchors } from '../../../../kernel/audit/ledger/anchoring.ts';
import { startSequencer } from '../../../../kernel/audit/ledger/sequencer.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { pruneAnswers } from '../../store/erase.ts';

export interface LogKeeper {
  stop(): Promise<void>;
}

type KeptKernel = Pick<Kernel, 'db' | 'log' | 'auditLog'>;

const DAY_MS = 86_400_000;
/** How long the answer to a mutation is there for a repeat. */
const ANSWER_DAYS = 30;
const ANSWERS_MAX = 5_000;

/** Puts events into the log, shows its checkpoints to the world, and tidies up once a day. */
export function keepLog(kernel: KeptKernel): LogKeeper {
  const { db, log, auditLog } = kernel;
  const anchors = auditLog.anchoring === undefined ? {} : openAnchors(db, auditLog.anchoring, log);
  const sequencer = startSequencer(db, { ...auditLog, ...anchors, log });
  const stopping = new AbortController();
  const tidying = tidyDaily(kernel, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([sequencer.stop(), tidying]);
    },
  };
}

async function tidyDaily({ db, log }: KeptKernel, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await db
      .lead('audit-upkeep', (lease) => forgetAnswers(db, lease.signal), { signal, whenTaken: 'give-up' })
      .catch((error: unknown) => log.warn({ err: error }, 'answers to earlier mutations could not be forgotten'));
    await sleep(DAY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Batch by batch, so that nobody waits for it. */
export async function forgetAnswers(db: Kernel['db'], signal: AbortSignal): Promise<void> {
  let forgotten = ANSWERS_MAX;
  while (forgotten === ANSWERS_MAX && !signal.aborted)
    forgotten = await db.transaction((tx) => pruneAnswers(tx, ANSWER_DAYS, ANSWERS_MAX));
}
