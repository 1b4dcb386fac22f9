import { createHash } from 'node:crypto';
import { type DocumentNode, type ExecutionResult, type GraphQLSchema, type parse, print } from 'graphql';
import { Pool } from 'undici';
import { compiledOperations } from '../gateway/compiledOperations.ts';
import { compose } from '../gateway/compose.ts';
import { createEngine } from '../gateway/engine.ts';
import { httpSubgraph } from '../gateway/httpSubgraph.ts';
import { inProcessSubgraph } from '../gateway/inProcessSubgraph.ts';
import type { SubgraphExecutor } from '../gateway/subgraph.ts';
import { PAGE, schemaOf, SDL, SUBGRAPH_NAMES, type SubgraphName } from './engineGraph.ts';
import { toolModule } from './engineTools.ts';

/** One way to answer the page. */
export interface Candidate {
  readonly name: string;
  run(variables: Record<string, unknown>): Promise<ExecutionResult>;
}

export type Urls = Readonly<Record<SubgraphName, string>>;

export const supergraphFor = (urls: Urls): string =>
  compose(SUBGRAPH_NAMES.map((name) => ({ name, typeDefs: SDL[name], url: urls[name] }))).supergraphSdl;

export function ours(
  name: string,
  supergraphSdl: string,
  subgraphOf: (name: SubgraphName) => SubgraphExecutor<object>,
): Candidate {
  const subgraphs = Object.fromEntries(SUBGRAPH_NAMES.map((subgraph) => [subgraph, subgraphOf(subgraph)]));
  const engine = createEngine<object>({ supergraphSdl, subgraphs });
  return { name, run: (variables) => engine.execute({ source: PAGE, variables, context: {} }) };
}

export const inProcess = (name: SubgraphName): SubgraphExecutor<object> =>
  inProcessSubgraph<object>({ schema: schemaOf(name), contextFactory: () => ({}) });

export function compiledInProcess(name: SubgraphName): SubgraphExecutor<object> {
  const schema = schemaOf(name);
  return inProcessSubgraph<object>({ schema, contextFactory: () => ({}), run: compiledOperations(schema) });
}

export const overHttp =
  (urls: Urls) =>
  (name: SubgraphName): SubgraphExecutor<object> =>
    httpSubgraph<object>({ url: urls[name] });

interface ApolloModule {
  readonly ApolloGateway: new (options: { supergraphSdl: string }) => {
    load(): Promise<{ schema: GraphQLSchema; executor: (context: object) => Promise<ExecutionResult> }>;
  };
}

export async function apolloGatewayTool(folder: string, supergraphSdl: string): Promise<Candidate> {
  const { ApolloGateway } = await toolModule<ApolloModule>(folder, '@apollo/gateway/dist/index.js');
  const { parse: parseThere } = await toolModule<{ parse: typeof parse }>(folder, 'graphql/index.js');
  const gateway = await new ApolloGateway({ supergraphSdl }).load();
  const document = parseThere(PAGE);
  const queryHash = createHash('sha256').update(PAGE).digest('hex');
  const cache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), delete: () => Promise.resolve(true) };
  return {
    name: '@apollo/gateway 2.14.4, HTTP',
    run: (variables) => {
      const operation = document.definitions[0];
      const request = { query: PAGE, variables, operationName: 'Page' };
      const rest = {
        source: PAGE,
        document,
        operation,
        operationName: 'Page',
        queryHash,
        context: {},
        schema: gateway.schema,
        cache,
      };
      return gateway.executor({ request, ...rest, metrics: {}, logger: console, overallCachePolicy: {} });
    },
  };
}

interface RouterModule {
  unifiedGraphHandler(options: object): Promise<{ executor: (request: object) => Promise<ExecutionResult> }>;
}

interface RouterRequest {
  readonly document: DocumentNode;
  readonly variables?: Record<string, unknown>;
}

export async function routerRuntimeTool(folder: string, supergraphSdl: string, urls: Urls): Promise<Candidate> {
  const { unifiedGraphHandler } = await toolModule<RouterModule>(folder, '@graphql-hive/router-runtime/dist/index.js');
  const { buildSchema, parse: parseThere } = await toolModule<{
    buildSchema: (sdl: string, options: object) => GraphQLSchema;
    parse: typeof parse;
  }>(folder, 'graphql/index.js');
  const pools = new Map(SUBGRAPH_NAMES.map((name) => [name.toUpperCase(), new Pool(new URL(urls[name]).origin)]));
  const texts = new WeakMap<DocumentNode, string>();
  const onSubgraphExecute = async (subgraph: string, { document, variables }: RouterRequest): Promise<unknown> => {
    const query = texts.get(document) ?? print(document);
    texts.set(document, query);
    const pool = pools.get(subgraph.toUpperCase());
    const response = await pool?.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response?.body.json();
  };
  const unifiedGraph = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true });
  const { executor } = await unifiedGraphHandler({
    unifiedGraph,
    getUnifiedGraphSDL: () => supergraphSdl,
    onSubgraphExecute,
    transportEntryAdditions: {},
  });
  const document = parseThere(PAGE);
  return {
    name: 'router-runtime 1.4.23, HTTP',
    run: (variables) => executor({ document, variables, operationName: 'Page', operationType: 'query', context: {} }),
  };
}
