import { graphql } from 'graphql';
import type { AnyConnector } from '../../subgraphs/catalog/service/connectors.ts';
import { catalogSubgraph } from '../../subgraphs/catalog/index.ts';
import type { Analyze } from '../../subgraphs/catalog/service/lineage/deriveViews.ts';
import { analyzeNow } from '../../lineage/analyze.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Kernel, Subgraph } from '../../kernel/graph/subgraph.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import type { Principal, Role } from '../../kernel/identity/principal.ts';
import { createLog } from '../../kernel/log.ts';
import type { SealingKey } from '../../kernel/secrets/seal.ts';
import { alone } from './aloneness.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
type Json = any;

export const testKernel = (db: Database): Kernel => ({
  db,
  log: createLog('silent'),
  pepper: Buffer.alloc(32, 1),
  sealingKey: Buffer.alloc(32, 2) as SealingKey,
  auditLog: { signingKey: Buffer.alloc(32, 3), origin: 'test.example/audit' },
  environment: 'local',
  ...alone(),
});

export const someone = (roles: readonly Role[], id = 'usr_someone'): Principal => ({
  id,
  kind: 'user',
  name: 'Someone',
  roles,
  scopes: ['graph'],
  teams: [],
  onBehalfOf: null,
  authMethod: 'access-key',
});

let keys = 0;
/** A fresh idempotency key. */
export const key = (): string => `key-${++keys}`;

export interface TestCatalog {
  readonly subgraph: Subgraph;
  ask(
    source: string,
    variables?: Record<string, unknown>,
    context?: Partial<RequestContext>,
  ): Promise<{ data: Json; errors: Json[] }>;
  addSource(name: string, url: string): Promise<void>;
  /** Crawls and waits for the end. */
  crawl(source: string): Promise<Json>;
  untilEnded(crawlId: string): Promise<Json>;
}

export async function testCatalog(
  db: Database,
  connectors: Readonly<Record<string, AnyConnector>>,
  analyze: Analyze = (request) => Promise.resolve(analyzeNow(request)),
): Promise<TestCatalog> {
  const subgraph = catalogSubgraph(testKernel(db), connectors, analyze);
  await subgraph.start();
  const ask: TestCatalog['ask'] = async (source, variables = {}, context = {}) => {
    const result = await graphql({
      schema: subgraph.schema,
      source,
      variableValues: variables,
      contextValue: subgraph.context({ ...internalRequest('test'), ...context }),
    });
    return {
      data: result.data,
      errors: (result.errors ?? []).map((error) => ({ ...error.toJSON(), cause: error.originalError })),
    };
  };
  const untilEnded = async (crawlId: string): Promise<Json> => {
    for (;;) {
      const { data } = await ask(
        `query($id: ID!) { crawl(id: $id) { id state reason counts { added changed unchanged missing removed } scopes { edges { node { path state listed reason } } } } }`,
        { id: crawlId },
      );
      if (!['QUEUED', 'RUNNING'].includes(data.crawl.state)) return data.crawl;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    subgraph,
    ask,
    untilEnded,
    addSource: async (name, url) => {
      const { data, errors } = await ask(`mutation($input: AddSourceInput!) { addSource(input: $input) { __typename } }`, {
        input: { idempotencyKey: key(), name, url },
      });
      if (data?.addSource.__typename !== 'SourceAdded') throw new Error(JSON.stringify(errors));
    },
    crawl: async (source) => {
      const { data } = await ask(
        `mutation($input: StartCrawlInput!) { startCrawl(input: $input) { ... on CrawlStarted { crawl { id } } } }`,
        { input: { idempotencyKey: key(), source } },
      );
      return untilEnded(data.startCrawl.crawl.id);
    },
  };
}

/** How many rows a statement counts. */
export async function count(db: Database, statement: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`select count(*)::int as count from ${statement}`);
  return row?.count ?? 0;
}
