import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '../../../../kernel/db/database.ts';
import { holdsLease } from '../../../../kernel/db/holdsLease.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { Outbound } from '../../../../kernel/http/outbound/post.ts';
import { OUTBOX_CHANNEL } from '../../../../kernel/outbox/publish.ts';
import { dueDeliveries, untilNextDue } from '../../store/webhooks/due.ts';
import { fanOut } from '../../store/webhooks/fanOut.ts';
import { deliver } from './deliver.ts';

type KeptKernel = Pick<Kernel, 'db' | 'log' | 'sealingKey' | 'auditLog'> & { readonly outbound: Outbound };

const LEASE = 'webhooks';
/** Also without being woken: a notification may be lost. */
const IDLE_MS = 5_000;
const BUSY_MS = 250;
const AFTER_FAILURE_MS = 5_000;

export interface Delivering {
  stop(): Promise<void>;
}

/** Sends messages to the receivers outside, in one process of all; another takes over when it ends. */
export function keepDelivering(kernel: KeptKernel): Delivering {
  const stopping = new AbortController();
  const running = run(kernel, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run(kernel: KeptKernel, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await kernel.db.lead(LEASE, (lease) => lead(kernel, lease), { signal });
    } catch (error) {
      if (!signal.aborted) kernel.log.warn({ err: error }, 'webhooks wait');
      await pause(AFTER_FAILURE_MS, signal);
    }
  }
}

async function lead(kernel: KeptKernel, lease: Lease): Promise<void> {
  const { db } = kernel;
  let wake: () => void = () => undefined;
  const unlisten = await db.listen(OUTBOX_CHANNEL, () => wake());
  try {
    while (!lease.signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const left = await db.transaction(async (tx) => ((await holdsLease(tx, lease)) ? fanOut(tx) : 0));
      const due = await dueDeliveries(db);
      await Promise.all(due.map((each) => deliver(kernel, each)));
      if (left > 0 || due.length > 0) await pause(due.length > 0 ? BUSY_MS : 0, lease.signal);
      else
        await Promise.race([
          woken.then(() => pause(BUSY_MS, lease.signal)),
          pause(Math.min(IDLE_MS, (await untilNextDue(db)) ?? IDLE_MS), lease.signal),
        ]);
    }
  } finally {
    await unlisten();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
