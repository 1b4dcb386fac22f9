import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Lease } from '../../db/database.ts';
import { holdsLease } from '../../db/holdsLease.ts';
import { Fault } from '../../fault.ts';
import type { Logger } from '../../log.ts';
import { OUTBOX_CHANNEL } from '../../outbox/publish.ts';
import { signCheckpoint } from '../log/checkpoint.ts';
import { Frontier } from '../log/frontier.ts';
import { growTiles } from '../log/growTiles.ts';
import { leafHash } from '../log/hash.ts';
import { signerKey } from '../log/noteKey.ts';
import { addEntries, addHead, bodiesOf, growStoredTiles, headOf, takePending } from './ledger.ts';
import { type Ledger, openLog, type OpenLogOptions } from './openLog.ts';
import type { Publisher } from './publisher.ts';

/** The name of the lease: one process at a time puts events into the log. */
export const LOG_LEASE = 'audit-log';
const BATCH = 4_096;
/** Under load there is a checkpoint this often; each costs a signature and a row. */
const PACE_MS = 200;
/** In case a notification is lost. */
const IDLE_MS = 5_000;

export interface SequencerOptions extends OpenLogOptions {
  readonly log: Logger;
  /** Shows checkpoints to the world. */
  readonly publisher?: Publisher;
}

export interface Sequencer {
  stop(): Promise<void>;
}

/** Puts audit events into the log as they come, in whichever process leads. */
export function startSequencer(db: Database, options: SequencerOptions): Sequencer {
  const stopping = new AbortController();
  const running = lead(db, options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function lead(db: Database, options: SequencerOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await db.lead(LOG_LEASE, (lease) => sequence(db, lease, options), { signal });
    } catch (error) {
      // Nothing is lost while the log stands still: events wait in their queue.
      if (!signal.aborted) options.log.error({ err: error }, 'the audit log stands still');
      await sleep(IDLE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Drains the queue until the lease ends. */
async function sequence(db: Database, lease: Lease, options: SequencerOptions): Promise<void> {
  const bell = createBell();
  const unlisten = await db.listen(OUTBOX_CHANNEL, bell.ring);
  try {
    let ledger = await openLog(db, options);
    // Whoever led before may have ended before anybody was shown the newest one.
    const head = await headOf(db, ledger.log.epoch);
    if (head !== null) options.publisher?.offer(head.note);
    while (!lease.signal.aborted) {
      const grown = await appendBatch(db, lease, ledger, options);
      if (grown !== null) {
        ledger = grown.ledger;
        options.publisher?.offer(grown.note);
      }
      if (grown === null || grown.count < BATCH) await bell.wait(grown === null ? IDLE_MS : PACE_MS, lease.signal);
    }
  } finally {
    await unlisten();
    await options.publisher?.flush();
  }
}

/** Moves the earliest waiting events into the log, with one checkpoint over them, in one transaction; null when none waits. */
export async function appendBatch(
  db: Database,
  lease: Pick<Lease, 'name' | 'token'>,
  { log, frontier }: Ledger,
  { signingKey }: Pick<SequencerOptions, 'signingKey'>,
): Promise<{ readonly ledger: Ledger; readonly note: string; readonly count: number } | null> {
  const signer = signerKey(log.origin, signingKey);
  return db.transaction(async (tx) => {
    // A leader who slept through the end of its lease writes nothing.
    if (!(await holdsLease(tx, lease))) throw lostLead();
    const seqs = await takePending(tx, BATCH);
    if (seqs.length === 0) return null;
    const { epoch, origin } = log;
    const head = await headOf(tx, epoch);
    if ((head?.size ?? 0) !== frontier.size) throw lostLead();
    const events = await bodiesOf(tx, seqs);
    if (events.length !== seqs.length) throw new Error(`of ${seqs.length} waiting events only ${events.length} are there`);
    const entries = events.map(({ seq, body }) => ({ seq, leaf: leafHash(Buffer.from(body, 'utf8')) }));
    // A copy: the transaction may be rolled back, or run again.
    const grown = new Frontier(frontier.size, frontier.hashes);
    const growths = growTiles(
      grown,
      entries.map(({ leaf }) => leaf),
    );
    await addEntries(tx, epoch, frontier.size, entries);
    await growStoredTiles(tx, epoch, growths);
    const root = grown.root();
    const note = signCheckpoint({ origin, size: grown.size, root }, signer);
    await addHead(tx, { epoch, size: grown.size, root, note });
    return { ledger: { log, frontier: grown }, note, count: entries.length };
  });
}

const lostLead = (): Fault => new Fault('CONFLICT', { public: 'Another process extends the audit log.' });

/** Remembers a ring that comes while nobody waits. */
function createBell(): { ring: () => void; wait: (ms: number, signal: AbortSignal) => Promise<void> } {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    wait: async (ms, signal) => {
      const pause = new AbortController();
      wake = () => pause.abort();
      if (rung) wake();
      await sleep(ms, undefined, { signal: AbortSignal.any([signal, pause.signal]) }).catch(() => undefined);
      wake = null;
      // Whoever is woken early still keeps the pace, so that a busy hour is not a checkpoint an event.
      if (rung && !signal.aborted) await sleep(PACE_MS, undefined, { signal }).catch(() => undefined);
      rung = false;
    },
  };
}
