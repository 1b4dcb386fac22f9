/** Stands before a driver's method, counts what goes through and can refuse it. Not a vitest spy: those are undone between tests. */
export interface WatchedMethod {
  calls(): number;
  /** Throws where `refusal` gives an error; null lets everything through again. */
  refuse(refusal: ((args: readonly unknown[]) => Error | null) | null): void;
  restore(): void;
}

export function watchMethod(prototype: object, name: string): WatchedMethod {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new Error(`There is no method ${name}.`);
  let calls = 0;
  let refusal: ((args: readonly unknown[]) => Error | null) | null = null;
  Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
    calls += 1;
    const error = refusal?.(args) ?? null;
    if (error !== null) throw error;
    return Reflect.apply(original, this, args);
  });
  return {
    calls: () => calls,
    refuse: (next) => void (refusal = next),
    restore: () => void Reflect.set(prototype, name, original),
  };
}
