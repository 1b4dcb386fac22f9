import { scopeKey } from '../../connectors/connector.ts';
import type { CrawlItem, SourceSession } from '../../connectors/connector.ts';
import type { AssetRecord } from '../../connectors/record.ts';
import type { PreparedSource } from './preparedSource.ts';

export const pathKey = (path: readonly string[]): string => path.join('\u0000');

export async function withSession<T>(source: PreparedSource, use: (session: SourceSession) => Promise<T>): Promise<T> {
  const session = await source.open();
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

export async function crawlAll(session: SourceSession, skip: readonly string[] = []): Promise<readonly CrawlItem[]> {
  const items: CrawlItem[] = [];
  for await (const item of session.crawl({ skip: new Set(skip), signal: AbortSignal.timeout(60_000) })) items.push(item);
  return items;
}

export const crawlOnce = (source: PreparedSource): Promise<readonly CrawlItem[]> =>
  withSession(source, (session) => crawlAll(session));

export const recordsOf = (items: readonly CrawlItem[]): readonly AssetRecord[] =>
  items.flatMap((item) => (item.type === 'record' ? [item.record] : []));

export const receiptsOf = (items: readonly CrawlItem[]): readonly Extract<CrawlItem, { type: 'receipt' }>[] =>
  items.flatMap((item) => (item.type === 'receipt' ? [item] : []));

export const scopesOf = (items: readonly CrawlItem[]): readonly string[] =>
  items.flatMap((item) => (item.type === 'scope' ? [scopeKey(item.scope)] : []));

export function recordAt(items: readonly CrawlItem[], path: readonly string[]): AssetRecord {
  const found = recordsOf(items).find((record) => pathKey(record.path) === pathKey(path));
  if (found === undefined) throw new Error(`The crawl has no record ${JSON.stringify(path)}.`);
  return found;
}

export async function queriesOfOneCrawl(source: PreparedSource, queryCount: () => number | Promise<number>): Promise<number> {
  return withSession(source, async (session) => {
    const before = await queryCount();
    await crawlAll(session);
    return (await queryCount()) - before;
  });
}

/** What still came, and the error that ended it. */
export async function drain(
  crawl: AsyncIterator<CrawlItem>,
): Promise<{ readonly items: readonly CrawlItem[]; readonly error: unknown }> {
  const items: CrawlItem[] = [];
  try {
    for (let step = await crawl.next(); step.done !== true; step = await crawl.next()) items.push(step.value);
    return { items, error: null };
  } catch (error) {
    return { items, error };
  }
}

export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
