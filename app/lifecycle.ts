import type { Database } from '../kernel/db/database.ts';
import type { Readiness } from '../kernel/http/probes.ts';

/** Where a server is in its life. */
export type Phase =
  | { readonly phase: 'starting' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'stopping'; readonly done: Promise<void> }
  | { readonly phase: 'stopped' };

const PROBE_MS = 2_000;

export class Lifecycle {
  #state: Phase = { phase: 'starting' };

  get phase(): Phase['phase'] {
    return this.#state.phase;
  }

  ready(): void {
    if (this.#state.phase === 'starting') this.#state = { phase: 'ready' };
  }

  /** Runs `release` once, however often it is called. */
  stop(release: () => Promise<void>): Promise<void> {
    if (this.#state.phase === 'stopped') return Promise.resolve();
    if (this.#state.phase === 'stopping') return this.#state.done;
    const done = release().finally(() => (this.#state = { phase: 'stopped' }));
    this.#state = { phase: 'stopping', done };
    return done;
  }

  /** Ready is who has started, is not stopping, and whose database answers. */
  async readiness(db: Database): Promise<Readiness> {
    const { phase } = this.#state;
    if (phase !== 'ready') return { ready: false, phase };
    const answers = await Promise.race([
      db.query('select 1').then(
        () => true,
        () => false,
      ),
      timeout(),
    ]);
    return answers ? { ready: true, phase } : { ready: false, phase: 'database does not answer' };
  }
}

const timeout = (): Promise<false> => new Promise((resolve) => setTimeout(resolve, PROBE_MS, false).unref());
