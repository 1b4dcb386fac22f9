/** The moment after which nothing is waited for any more: a time limit, or the caller's own signal. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Resolves when the deadline passes, never rejects. */
  readonly passed: Promise<typeof PASSED>;
  /** Stops the clock and lets go of the caller's signal. */
  clear(): void;
}

export const PASSED = Symbol('deadline passed');

/** `AbortSignal.any` and `AbortSignal.timeout` would keep every request's signal alive until its time is over. */
export function startDeadline(limitMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, limitMs);
  timer.unref();
  const passed = new Promise<typeof PASSED>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(PASSED), { once: true });
  });
  if (caller?.aborted === true) abort();
  else caller?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    passed,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', abort);
    },
  };
}
