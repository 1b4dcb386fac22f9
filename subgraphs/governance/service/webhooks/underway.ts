import { type Due, OF_ONE_MAX } from '../../store/webhooks/due.ts';

const ALL_MAX = 64;

/**
 * Deliveries that are on their way. Nobody waits for a whole batch of them: each makes room for the next as soon as it has ended. A
 * receiver that did not take its last message is sent one at a time, so that those which never answer leave room for the others.
 */
export class Underway {
  readonly #ending = new Map<string, { readonly webhookId: string; readonly ended: Promise<void> }>();
  readonly #failing = new Set<string>();

  get ids(): readonly string[] {
    return [...this.#ending.keys()];
  }

  get hasRoom(): boolean {
    return this.#ending.size < ALL_MAX;
  }

  /** Receivers that have no room for another one now. */
  get full(): readonly string[] {
    const webhookIds = new Set([...this.#ending.values()].map(({ webhookId }) => webhookId));
    return [...webhookIds].filter((id) => this.#isFull(id));
  }

  /**
   * Begins those that there is room for.
   * @param deliver answers false when the receiver did not take it, and never fails
   * @returns how many
   */
  begin(dues: readonly Due[], deliver: (due: Due) => Promise<boolean>): number {
    let begun = 0;
    for (const due of dues) {
      if (!this.hasRoom) break;
      if (this.#ending.has(due.id) || this.#isFull(due.webhookId)) continue;
      this.#ending.set(due.id, { webhookId: due.webhookId, ended: this.#end(due, deliver) });
      begun++;
    }
    return begun;
  }

  /** Resolves when the next one has ended; where none is on its way, never. */
  nextEnded(): Promise<void> {
    return Promise.race([...this.#ending.values()].map(({ ended }) => ended));
  }

  async allEnded(): Promise<void> {
    await Promise.all([...this.#ending.values()].map(({ ended }) => ended));
  }

  #isFull(webhookId: string): boolean {
    let count = 0;
    for (const one of this.#ending.values()) if (one.webhookId === webhookId) count++;
    return count >= (this.#failing.has(webhookId) ? 1 : OF_ONE_MAX);
  }

  async #end(due: Due, deliver: (due: Due) => Promise<boolean>): Promise<void> {
    const isTaken = await deliver(due);
    this.#ending.delete(due.id);
    if (isTaken) this.#failing.delete(due.webhookId);
    else this.#failing.add(due.webhookId);
  }
}
