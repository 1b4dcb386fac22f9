import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '../../../../kernel/db/database.ts';
import { holdsLease } from '../../../../kernel/db/holdsLease.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { Outbound } from '../../../../kernel/http/outbound/post.ts';
import { OUTBOX_CHANNEL } from '../../../../kernel/outbox/publish.ts';
import { type Due, dueDeliveries, untilNextDue } from '../../store/webhooks/due.ts';
import { fanOut } from '../../store/webhooks/fanOut.ts';
import { deliver } from './deliver.ts';
import { Underway } from './underway.ts';

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
  const underway = new Underway();
  const unlisten = await db.listen(OUTBOX_CHANNEL, () => wake());
  try {
    while (!lease.signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const left = await db.transaction(async (tx) => ((await holdsLease(tx, lease)) ? fanOut(tx) : 0));
      const due = underway.hasRoom ? await dueDeliveries(db, underway.full) : [];
      const begun = underway.begin(due, (each) => attempt(kernel, each, lease.signal));
      // Also where messages are left: as long as an older transaction is open, looking once more finds no others.
      if (left > 0 || begun > 0) await pause(BUSY_MS, lease.signal);
      else await somethingToDo(kernel, underway, woken, lease.signal);
    }
  } finally {
    await unlisten();
    await underway.allEnded();
  }
}

/** What fails here fails for one delivery: the others go on, and this one is tried again later. */
async function attempt(kernel: KeptKernel, due: Due, signal: AbortSignal): Promise<boolean> {
  try {
    return await deliver(kernel, due);
  } catch (error) {
    kernel.log.warn({ err: error, webhook: due.webhookId, delivery: due.id }, 'what came of a webhook could not be stored');
    await pause(AFTER_FAILURE_MS, signal);
    return false;
  }
}

/** Waits for a message, for room, or for the time of the next attempt. */
async function somethingToDo({ db }: KeptKernel, underway: Underway, woken: Promise<void>, signal: AbortSignal): Promise<void> {
  const untilDue = underway.hasRoom ? await untilNextDue(db, underway.full, underway.ids) : null;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  await Promise.race([
    woken.then(() => pause(BUSY_MS, until)),
    underway.nextEnded(),
    pause(Math.min(IDLE_MS, untilDue ?? IDLE_MS), until),
  ]);
  over.abort();
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
