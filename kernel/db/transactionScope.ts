import { AsyncLocalStorage } from 'node:async_hooks';
import { Fault } from '../fault.ts';

/**
 * Knows whether the running code was called by the `work` of a transaction. The embedded engine has one connection:
 * whoever asks for a second one inside a transaction would wait for itself, for ever and without a word.
 */
export class TransactionScope {
  readonly #current = new AsyncLocalStorage<{ open: boolean }>();

  async run<T>(work: () => Promise<T>): Promise<T> {
    // Code that outlives its transaction (a timer it started) keeps this context; by then it may use the database.
    const state = { open: true };
    try {
      return await this.#current.run(state, work);
    } finally {
      state.open = false;
    }
  }

  /** @throws Fault INTERNAL when called from inside a transaction. */
  refuseInside(what: string): void {
    if (this.#current.getStore()?.open !== true) return;
    throw misuse(
      `${what} was used inside a transaction. Use the \`tx\` that the transaction passes to its work, and pass it down.`,
    );
  }
}

/** A mistake of ours in using the database. */
export const misuse = (internal: string): Fault =>
  new Fault('INTERNAL', { public: 'The server made a mistake. The log explains it under the trace id.', internal });
