export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Runs pieces of work one after another. Events about the same datasets that are taken at once would only make each other
 * begin again, because an asset's history must go forward.
 */
export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
