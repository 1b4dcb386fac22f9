import { readPage, toConnection } from '../../../kernel/page.ts';
import type { CrawlResolvers, CrawlScopeResolvers, SourceResolvers } from '../__generated__/resolvers.ts';
import { principal } from '../domain/asset.ts';
import { requireCrawlDetail } from '../service/crawlDetail.ts';
import { crawlScopes, crawlsOf } from '../service/sourceReads.ts';
import { upper } from './assetFields.ts';

export const Source: SourceResolvers = {
  __resolveReference: ({ id }, { sources }) => sources.load(id),
  state: ({ state }) => upper(state),
  crawls: async ({ id }, args, context) => {
    const page = readPage(args, JSON.stringify(['crawls', id]), 10, ['time', 'text']);
    return toConnection(await crawlsOf(context, id, page), page, (crawl) => [crawl.requestedAt, crawl.id]);
  },
  assetCount: async ({ id }, _args, { assetCounts }) => ({ value: (await assetCounts.load(id))?.assets ?? 0, exact: true }),
};

export const Crawl: CrawlResolvers = {
  __resolveReference: ({ id }, { crawls }) => crawls.load(id),
  source: ({ sourceId }, _args, { sources }) => sources.load(sourceId),
  state: ({ state }) => upper(state),
  counts: async ({ counts }, _args, context) => {
    await requireCrawlDetail(context, 'counts');
    return counts;
  },
  reason: async ({ reason }, _args, context) => {
    if (reason !== null) await requireCrawlDetail(context, 'reason');
    return reason;
  },
  requestedBy: ({ requestedBy }) => principal(requestedBy),
  scopes: async ({ id }, args, context) => {
    await requireCrawlDetail(context, 'scopes');
    const page = readPage(args, JSON.stringify(['scopes', id]), 50, ['int']);
    return toConnection(await crawlScopes(context, id, page), page, ({ place }) => [place]);
  },
  queries: async ({ id }, _args, context) => {
    await requireCrawlDetail(context, 'queries');
    return context.queryReports.load(id);
  },
};

export const CrawlScope: CrawlScopeResolvers = {
  state: ({ state }) => upper(state),
};
