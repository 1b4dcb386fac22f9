import type { PGlite } from '@electric-sql/pglite';
import { Fault } from '../fault.ts';
import type { RunningPglite } from './pglite.ts';
import { closeFilesOf, type Death } from './pgliteDeath.ts';

type NotificationListener = (channel: string, payload: string) => void;

const REVIVAL_PAUSE_MS = 2_000;

/** The PGlite of an engine. When it has died, the next connection gets a new one over the same folder. */
export class PgliteHost {
  #running: RunningPglite;
  readonly #start: (() => Promise<RunningPglite>) | undefined;
  readonly #listeners = new Set<NotificationListener>();
  #triedAtMs = -REVIVAL_PAUSE_MS;

  /** @param start opens the same data once more; without it the first death is the last. */
  constructor(running: RunningPglite, start?: () => Promise<RunningPglite>) {
    this.#running = running;
    this.#start = start;
    this.#hear(running.lite);
  }

  /** Sends what PostgreSQL's protocol says. After a death the connection counts as lost: no reply will ever come. */
  readonly send: PGlite['execProtocolStream'] = async (message, options) => {
    const { lite, death } = this.#running;
    const before = death();
    if (before !== undefined) throw deathFault(before);
    try {
      return await lite.execProtocolStream(message, options);
    } catch (error) {
      const after = death();
      throw after === undefined ? error : deathFault(after);
    }
  };

  /** Makes sure that PGlite runs; true when it is a new one, which knows nothing of the sessions before. */
  async revive(): Promise<boolean> {
    const death = this.#running.death();
    if (death === undefined) return false;
    // On a disk that is still full it would die again, and each try stops everything else for half a second.
    if (this.#start === undefined || performance.now() - this.#triedAtMs < REVIVAL_PAUSE_MS) throw deathFault(death);
    this.#triedAtMs = performance.now();
    closeFilesOf(this.#running.lite);
    this.#running = await this.#start();
    this.#hear(this.#running.lite);
    return true;
  }

  onNotification(listener: NotificationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#running.death() === undefined) await this.#running.lite.close();
    else closeFilesOf(this.#running.lite);
  }

  #hear(lite: PGlite): void {
    lite.onNotification((channel, payload) => {
      for (const listener of this.#listeners) listener(channel, payload);
    });
  }
}

const deathFault = ({ words, cause }: Death): Fault =>
  new Fault('STORE_UNAVAILABLE', {
    public: /no space|too large|quota/i.test(words)
      ? 'The embedded database has stopped, because its disk is full. Free some space: then it starts again by itself. Nothing that was confirmed is lost.'
      : 'The embedded database has stopped in the middle of a statement and starts again. Nothing that was confirmed is lost; repeat what was not.',
    internal: words,
    cause,
  });
