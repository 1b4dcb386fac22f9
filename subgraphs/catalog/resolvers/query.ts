import { glossaryQueries } from './glossary.ts';
import { badInput } from '../../../kernel/fault.ts';
import { readPage, toConnection } from '../../../kernel/page.ts';
import { parseUrn } from '../../../kernel/urn.ts';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { anyAsset, assetConnection, toListFilter } from '../service/assets.ts';
import { openLineageEvents } from '../service/export/openLineageEvents.ts';
import { findJob, jobConnection } from '../service/jobs/jobLists.ts';
import { impact } from '../service/lineage/impact.ts';
import { lineageGraph } from '../service/lineage/lineageGraph.ts';
import { paths } from '../service/lineage/paths.ts';
import { namedAssets } from '../service/lineage/starts.ts';
import { mergeProposals } from '../service/merge/mergeProposals.ts';
import { requirePresent } from '../service/presentOnly.ts';
import { reconcileCatalog } from '../service/reconcile/reconcileCatalog.ts';
import { searchConnection } from '../service/searchConnection.ts';
import { listSources, sourceByName } from '../service/sourceReads.ts';
import { listTags } from '../service/tagReads.ts';

/** Each is compared with several others. */
const PROPOSALS_MAX = 50;

export const Query: QueryResolvers = {
  ...glossaryQueries,
  asset: (_root, { urn, id }, { reader }) => {
    if (typeof urn === 'string') return reader.byName(parseUrn(urn));
    if (typeof id === 'string') return reader.byId(id);
    throw badInput('asset needs urn or id.');
  },
  dataset: async (_root, { urn }, { reader }) => {
    const asset = await reader.byName(parseUrn(urn));
    return asset?.__typename === 'Dataset' ? asset : null;
  },
  column: async (_root, { urn }, { reader }) => {
    const asset = await reader.byName(parseUrn(urn));
    return asset?.__typename === 'Column' ? asset : null;
  },
  assets: async (_root, { filter, ...args }, context) => {
    const narrowed = await toListFilter(context, filter ?? {});
    return narrowed === null
      ? assetConnection(context, { ...anyAsset, kinds: [] }, args)
      : assetConnection(context, narrowed, args);
  },
  search: (_root, args, context) => searchConnection(context, args),
  sources: async (_root, args, context) => {
    requirePresent(context, 'sources');
    const page = readPage(args, 'sources', 50, ['text', 'text']);
    return toConnection(await listSources(context, page), page, ({ name, id }) => [name, id]);
  },
  source: (_root, { name, id }, context) => {
    requirePresent(context, 'source');
    if (typeof id === 'string') return context.sources.load(id);
    if (typeof name === 'string') return sourceByName(context, name);
    throw badInput('source needs name or id.');
  },
  crawl: (_root, { id }, context) => {
    requirePresent(context, 'crawl');
    return context.crawls.load(id);
  },
  lineage: async (_root, { from, level, ...args }, context) =>
    lineageGraph(context, await namedAssets(context, from), level, args),
  openLineageEvents: (_root, args, context) => openLineageEvents(context, args),
  paths: (_root, args, context) => paths(context, args),
  job: (_root, args, context) => findJob(context, args),
  jobs: (_root, args, context) => jobConnection(context, args),
  run: (_root, { id }, context) => {
    requirePresent(context, 'run');
    return context.jobs.run(id);
  },
  impact: (_root, { from, change }, context) => impact(context, from, change),
  mergeProposals: async (_root, args, context) => {
    requirePresent(context, 'mergeProposals');
    const page = readPage({ ...args, first: Math.min(args.first ?? 20, PROPOSALS_MAX) }, 'mergeProposals', 20, ['text']);
    return toConnection(await mergeProposals(context, page), page, ({ id }) => [id]);
  },
  reconcileCatalog: (_root, args, context) => reconcileCatalog(context, args),
  tags: async (_root, args, context) => {
    requirePresent(context, 'tags');
    const page = readPage(args, 'tags', 100);
    return toConnection(await listTags(context, page), page, ({ folded }) => [folded]);
  },
};
