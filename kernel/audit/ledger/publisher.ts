import type { Logger } from '../../log.ts';

/** Somewhere outside of this database where checkpoints go, so that nobody can rewrite the log unseen. */
export interface Anchor {
  readonly name: string;
  publish(note: string): Promise<void>;
}

/** Shows the newest checkpoint to all anchors, not more often than the schedule says. */
export interface Publisher {
  offer(note: string): void;
  /** Shows what waits, now, and forgets what could not be shown: the next leader begins with the newest checkpoint. */
  flush(): Promise<void>;
}

/** An anchor that fails is told of in the log and tried again on schedule; it never stops the log, nor another anchor. */
export function createPublisher(anchors: readonly Anchor[], everyMs: number, log: Logger): Publisher {
  const waiting = new Map<Anchor, string>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let publishedAt = -Infinity;
  const show = async (anchor: Anchor, note: string): Promise<void> => {
    waiting.delete(anchor);
    await anchor.publish(note).catch((error: unknown) => {
      log.warn({ err: error, anchor: anchor.name }, 'a checkpoint of the audit log could not be published');
      if (!waiting.has(anchor)) waiting.set(anchor, note);
    });
  };
  const publish = async (): Promise<void> => {
    if (waiting.size > 0) publishedAt = performance.now();
    for (const anchor of anchors) {
      const note = waiting.get(anchor);
      if (note !== undefined) await show(anchor, note);
    }
  };
  const run = (): Promise<void> => (running = running.then(publish));
  const schedule = (): void => {
    timer ??= setTimeout(
      () => {
        timer = null;
        void run().then(() => (waiting.size > 0 ? schedule() : undefined));
      },
      Math.max(0, publishedAt + everyMs - performance.now()),
    );
    timer.unref();
  };
  return {
    offer: (note) => {
      for (const anchor of anchors) waiting.set(anchor, note);
      if (anchors.length > 0) schedule();
    },
    flush: async () => {
      await run();
      waiting.clear();
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
