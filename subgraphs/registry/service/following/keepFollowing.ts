import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '../../../../kernel/db/database.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { OUTBOX_CHANNEL } from '../../../../kernel/outbox/publish.ts';
import { catchUp, type Follower } from './follower.ts';
import { forgetPersons } from './forgetPersons.ts';
import { followMerges } from './followMerges.ts';

type Keeping = Pick<Kernel, 'db' | 'graph' | 'log'>;

/** Also without being woken: a notification may be lost. */
const IDLE_MS = 5_000;
/** What comes together is looked at together. */
const BUSY_MS = 500;
const AFTER_FAILURE_MS = 5_000;

export interface Following {
  stop(): Promise<void>;
}

/** Follows what other subgraphs tell, each matter in one process of all; another takes over when it ends or fails. */
export function keepFollowing(kernel: Keeping): Following {
  const stopping = new AbortController();
  const running = Promise.all([followMerges, forgetPersons].map((follower) => run(kernel, follower, stopping.signal)));
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run(kernel: Keeping, follower: Follower, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await kernel.db.lead(`registry/${follower.name}`, (lease) => lead(kernel, follower, lease), { signal });
    } catch (error) {
      if (!signal.aborted) kernel.log.warn({ err: error, what: follower.name }, 'the registry could not follow what others tell');
      await pause(AFTER_FAILURE_MS, signal);
    }
  }
}

async function lead(kernel: Keeping, follower: Follower, { signal }: Lease): Promise<void> {
  const known = new Set<string>();
  let wake: () => void = () => undefined;
  const unlisten = await kernel.db.listen(OUTBOX_CHANNEL, () => wake());
  try {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      await catchUp(kernel, follower, known, signal);
      await Promise.race([woken.then(() => pause(BUSY_MS, signal)), pause(IDLE_MS, signal)]);
    }
  } finally {
    await unlisten();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
