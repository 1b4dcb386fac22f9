import { setTimeout as sleep } from 'node:timers/promises';
import { expireDue, msToNext, restateDatasets } from '../../../../kernel/approval/expire.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';

export interface ApprovalKeeper {
  stop(): Promise<void>;
}

/** How long the catalog may be ahead of what is known of certified datasets, milliseconds. */
const LOOK_MS = 1_000;
/** Another process takes over after this time, so that access ends within seconds also when one dies. */
const LEASE_MS = 5_000;

/** Ends requests, approvals and access when their time is over, and voids what is no more what was approved. One process does. */
export function keepApprovals({ db, log }: Pick<Kernel, 'db' | 'log'>): ApprovalKeeper {
  const stopping = new AbortController();
  const keeping = keep({ db, log }, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await keeping;
    },
  };
}

async function keep({ db, log }: Pick<Kernel, 'db' | 'log'>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await db
      .lead('approvals', (lease) => watch(db, lease.signal), { signal, ttlMs: LEASE_MS })
      .catch((error: unknown) => log.warn({ err: error }, 'approvals whose time is over could not be ended'));
    await pause(LOOK_MS, signal);
  }
}

async function watch(db: Kernel['db'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await endDue(db, signal);
    const next = await msToNext(db);
    await pause(next === null ? LOOK_MS : Math.min(LOOK_MS, Math.max(next, 10)), signal);
  }
}

/** What is due now, however much it is. */
export async function endDue(db: Kernel['db'], signal: AbortSignal): Promise<void> {
  let ended = 1;
  while (ended > 0 && !signal.aborted) ended = (await expireDue(db, signal)) + (await restateDatasets(db, signal));
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
