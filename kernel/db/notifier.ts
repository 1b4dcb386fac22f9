import type pg from 'pg';
import { sendOnce } from './session.ts';

const PACE_MS = 100;

/**
 * Wakes listeners after commits. A NOTIFY inside of a transaction takes a lock that is global to the server until its commit is on
 * disk, so that all that notify commit one after another; outside, and a few times a second, it costs nothing.
 */
export class Notifier {
  readonly #pool: pg.Pool;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sentAt = -PACE_MS;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  tell(channels: ReadonlySet<string>): void {
    if (channels.size === 0) return;
    for (const channel of channels) this.#waiting.add(channel);
    this.#timer ??= setTimeout(() => void this.flush(), Math.max(0, this.#sentAt + PACE_MS - performance.now())).unref();
  }

  /** Sends what waits. Listeners also look by themselves now and then, so a failure is nobody's. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    this.#sentAt = performance.now();
    const values = [[...this.#waiting]];
    this.#waiting.clear();
    await sendOnce(this.#pool, {
      text: `select pg_notify(channel, '') from unnest($1::text[]) as c(channel)`,
      values,
      name: 'db_notify',
    }).catch(() => undefined);
  }
}
