import type { Page } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { Crawl, CrawlScope, Source } from '../domain/source.ts';
import { crawlsOf as crawlRows, scopesOf } from '../store/crawls.ts';
import * as store from '../store/sources.ts';

/** One row more than the page holds, to know whether there is another page. */
export function listSources(context: Context, page: Page<readonly ['text', 'text']>): Promise<readonly Source[]> {
  requireAction(context.request, 'catalog.browse');
  return store.listSources(context.kernel.db, page.after, page.first + 1);
}

export function sourceByName(context: Context, name: string): Promise<Source | null> {
  requireAction(context.request, 'catalog.browse');
  return store.sourceByName(context.kernel.db, name);
}

export function crawlsOf(context: Context, sourceId: string, page: Page<readonly ['time', 'text']>): Promise<readonly Crawl[]> {
  return crawlRows(context.kernel.db, sourceId, page.after, page.first + 1);
}

/** Scopes of a crawl in the order of their paths, from a place on. */
export async function crawlScopes(
  context: Context,
  crawlId: string,
  page: Page<readonly ['int']>,
): Promise<readonly (CrawlScope & { readonly place: number })[]> {
  const all = await scopesOf(context.kernel.db, crawlId);
  const from = page.after === null ? 0 : Math.max(0, page.after[0] + 1);
  return all.slice(from, from + page.first + 1).map((scope, i) => ({ ...scope, place: from + i }));
}
