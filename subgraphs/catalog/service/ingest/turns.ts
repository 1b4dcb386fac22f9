/** Work that shares nothing with other work goes at the same time; work that shares a key goes one after the other. */
export interface Turns {
  /** @param keys what the work touches; null for work that may touch anything */
  take<T>(keys: ReadonlySet<string> | null, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly keys: ReadonlySet<string> | null;
  readonly begin: () => void;
}

/**
 * Events about the same datasets that are taken at once would only make each other begin again, because an asset's history must
 * go forward. Nobody is overtaken by work with which they share a key.
 * @param lanes how many pieces of work go at once
 */
export function createTurns(lanes: number): Turns {
  const running = new Set<Waiting>();
  let waiting: readonly Waiting[] = [];
  const next = (): void => {
    const before: Waiting[] = [...running];
    const staying: Waiting[] = [];
    for (const one of waiting) {
      const mayBegin = running.size < lanes && !before.some((other) => sharesKey(one, other));
      before.push(one);
      if (!mayBegin) staying.push(one);
      else {
        running.add(one);
        one.begin();
      }
    }
    waiting = staying;
  };
  return {
    take: async (keys, work) => {
      const { begin, begun } = gate();
      const mine: Waiting = { keys, begin };
      waiting = [...waiting, mine];
      next();
      await begun;
      try {
        return await work();
      } finally {
        running.delete(mine);
        next();
      }
    },
  };
}

function gate(): { readonly begin: () => void; readonly begun: Promise<void> } {
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return { begin, begun };
}

function sharesKey({ keys: a }: Waiting, { keys: b }: Waiting): boolean {
  if (a === null || b === null) return true;
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const key of few) if (many.has(key)) return true;
  return false;
}
