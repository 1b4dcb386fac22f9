import DataLoader from 'dataloader';

/** Loads pages of many lists by one statement: what is wanted goes in, the rows come back by its places. */
export const pageLoader = <W extends object, R>(
  load: (wanted: readonly W[]) => Promise<ReadonlyMap<number, readonly R[]>>,
): DataLoader<W, readonly R[], string> =>
  new DataLoader<W, readonly R[], string>(
    async (wanted) => {
      const pages = await load(wanted);
      return wanted.map((_, place) => pages.get(place) ?? []);
    },
    { cacheKeyFn: (wanted) => JSON.stringify(wanted), maxBatchSize: 1_000 },
  );
