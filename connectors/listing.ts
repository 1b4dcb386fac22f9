import { scopeKey } from './connector.ts';
import type { CrawlItem, CrawlOptions, ScopePath } from './connector.ts';
import type { AssetRecord } from './record.ts';

/** One scope of a source that is listed in one go. */
export interface Listing {
  readonly scope: ScopePath;
  /** @throws anything when the scope cannot be listed; the crawl then goes on with the next one. */
  list(signal: AbortSignal): Promise<Listed>;
}

export interface Listed {
  readonly records: readonly AssetRecord[];
  /** Why something may be missing from the records; null when all are there. */
  readonly reason: string | null;
}

export const pathKey = (path: readonly string[]): string => path.join('\u0000');

/** Turns listings into crawl items: the order, the receipts and the way a failure stays in its scope are the same everywhere. */
export async function* crawlListings(
  listings: readonly Listing[],
  options: CrawlOptions,
  explain: (error: unknown) => string,
): AsyncGenerator<CrawlItem, void, undefined> {
  for (const listing of listings) {
    const { scope } = listing;
    if (options.skip.has(scopeKey(scope))) continue;
    options.signal.throwIfAborted();
    const { listed, expected } = await listOrExplain(listing, options.signal, explain);
    yield { type: 'scope', scope, expected };
    for (const record of [...listed.records].sort(byPath)) {
      options.signal.throwIfAborted();
      yield { type: 'record', scope, record };
    }
    options.signal.throwIfAborted();
    yield { type: 'receipt', scope, complete: listed.reason === null, reason: listed.reason };
  }
}

async function listOrExplain(
  listing: Listing,
  signal: AbortSignal,
  explain: (error: unknown) => string,
): Promise<{ readonly listed: Listed; readonly expected: number | null }> {
  try {
    const listed = await listing.list(signal);
    return { listed, expected: listed.records.length };
  } catch (error) {
    signal.throwIfAborted();
    return { listed: { records: [], reason: explain(error) }, expected: null };
  }
}

function byPath(a: AssetRecord, b: AssetRecord): number {
  const [left, right] = [pathKey(a.path), pathKey(b.path)];
  return left < right ? -1 : Number(left > right);
}
