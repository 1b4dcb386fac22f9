import { buildSchema, type Kernel, type Subgraph } from '../../kernel/graph/subgraph.ts';
import { readTypeDefs } from '../../kernel/graph/typeDefs.ts';
import { createContext } from './context.ts';
import { resolvers } from './resolvers/index.ts';
import { ConnectorShelf, type AnyConnector } from './service/connectors.ts';
import { type Impact, IMPACTS_KEPT } from './service/lineage/impact.ts';
import { KeptResults } from './service/lineage/keptResults.ts';
import { MemoryLineage } from './service/lineage/memoryIndex.ts';
import type { Analyze } from './service/lineage/deriveViews.ts';
import { CrawlWorker } from './service/crawl/worker.ts';
import { ingestRoutes } from './service/ingest/routes.ts';

/**
 * The catalog: sources, crawls, assets, ownership, search.
 * @param connectors by the scheme of the URLs they read
 * @param analyze reads the SQL of views
 */
export function catalogSubgraph(kernel: Kernel, connectors: Readonly<Record<string, AnyConnector>>, analyze: Analyze): Subgraph {
  const shelf = new ConnectorShelf(connectors);
  const worker = new CrawlWorker(kernel, shelf, analyze);
  const shared = {
    kernel,
    connectors: shelf,
    memory: new MemoryLineage(kernel.db),
    impacts: new KeptResults<Impact>(IMPACTS_KEPT),
    knock: () => worker.knock(),
  };
  const typeDefs = readTypeDefs('catalog');
  return {
    name: 'catalog',
    typeDefs,
    schema: buildSchema(typeDefs, resolvers),
    context: (request) => createContext(shared, request),
    routes: ingestRoutes(kernel),
    start: () => {
      worker.start();
      return Promise.resolve();
    },
    stop: () => worker.stop(),
  };
}
