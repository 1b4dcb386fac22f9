import DataLoader from 'dataloader';

/** Keys of one batch: enough for a page of edges, small enough for one statement. */
const BATCH_MAX = 1_000;

/** A DataLoader over a set-based read: absent keys get `fallback`, and the order of rows does not matter. */
export function loaderBy<K extends string, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  fallback: V,
): DataLoader<K, V> {
  return new DataLoader<K, V>(
    async (keys) => {
      const found = await load(keys);
      return keys.map((key) => found.get(key) ?? fallback);
    },
    { maxBatchSize: BATCH_MAX },
  );
}
