import { escaped } from './escape.ts';
import { padEnd } from './width.ts';

const CELLS = 24;
const REDRAW_MS = 100;

export interface Step {
  readonly what: string;
  readonly done: number;
  /** Null when nobody knows. */
  readonly total: number | null;
  /** What to say after the bar: counts, for instance. */
  readonly note?: string;
}

/** One line on stderr that is drawn over and over. Silent when stderr is no terminal. */
export class ProgressBar {
  readonly #err: NodeJS.WriteStream;
  #what: string | undefined;
  #startedAt = 0;
  #drawnAt = 0;
  #visible = false;

  constructor(err: NodeJS.WriteStream) {
    this.#err = err;
  }

  show(step: Step): void {
    if (!this.#err.isTTY) return;
    const now = performance.now();
    if (step.what !== this.#what) [this.#what, this.#startedAt, this.#drawnAt] = [step.what, now, 0];
    const last = step.done === step.total;
    if (!last && now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#visible = true;
    this.#err.write(`\r\u001b[2K${line(step, (now - this.#startedAt) / 1000).slice(0, this.#err.columns - 1)}`);
  }

  /** Makes room for ordinary lines. */
  clear(): void {
    if (this.#visible) this.#err.write('\r\u001b[2K');
    this.#visible = false;
  }
}

function line({ what, done, total, note = '' }: Step, seconds: number): string {
  const rate = seconds > 0.5 ? done / seconds : 0;
  const left = total === null || rate === 0 ? '' : `, ${duration((total - done) / rate)} left`;
  const pace = rate === 0 ? '' : ` ${Math.round(rate)}/s${left}`;
  return `${padEnd(escaped(what), 18)} ${bar(done, total)} ${done}${total === null ? '' : `/${total}`}${pace} ${escaped(note)}`.trimEnd();
}

function bar(done: number, total: number | null): string {
  const full = total === null || total === 0 ? 0 : Math.min(CELLS, Math.round((done / total) * CELLS));
  return `[${'='.repeat(full)}${' '.repeat(CELLS - full)}]`;
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
