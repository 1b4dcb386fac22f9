import { atMs, type Instant, toMs } from '../time.ts';

/**
 * Keeps recorded time moving forward: PGlite's clock has milliseconds only, and a server's clock may be set back,
 * but no two transactions of this program share a moment.
 */
export class RecordedClock {
  #last: Instant = atMs(0);

  next(now: Instant): Instant {
    this.#last = now > this.#last ? now : oneMicrosecondAfter(this.#last);
    return this.#last;
  }
}

function oneMicrosecondAfter(instant: Instant): Instant {
  const micro = Number(instant.slice(23, 26)) + 1;
  return micro < 1_000 ? atMs(toMs(instant), instant.slice(20, 23) + String(micro).padStart(3, '0')) : atMs(toMs(instant) + 1);
}
