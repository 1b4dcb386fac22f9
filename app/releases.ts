import type { Logger } from '../kernel/log.ts';

/** What a start has taken so far, and how to give it back: the last thing first, each thing once, whatever fails. */
export class Releases {
  readonly #stack: { readonly what: string; readonly release: () => Promise<void> }[] = [];
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(what: string, release: () => Promise<void>): void {
    this.#stack.push({ what, release });
  }

  async releaseAll(): Promise<void> {
    for (let next = this.#stack.pop(); next !== undefined; next = this.#stack.pop()) {
      await next.release().catch((err: unknown) => this.#log.error({ err, what: next?.what }, 'could not be released'));
    }
  }
}
