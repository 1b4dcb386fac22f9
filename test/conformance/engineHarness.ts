import { createServer, type Server } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import { compose } from '../../gateway/compose.ts';
import { createEngine, type Engine, type EngineOptions } from '../../gateway/engine.ts';
import { httpSubgraph } from '../../gateway/httpSubgraph.ts';
import { inProcessSubgraph } from '../../gateway/inProcessSubgraph.ts';
import { presentError } from '../../gateway/presentError.ts';
import type { SubgraphExecutor, SubgraphRequest } from '../../gateway/subgraph.ts';

/** What a test knows of a subgraph: its SDL without the federation header, and its resolvers. */
export interface SubgraphModule {
  readonly sdl: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- resolvers of many parents in one map
  readonly resolvers: Record<string, any>;
}

export interface Sent {
  readonly subgraph: string;
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface Federation {
  readonly engine: Engine<Ctx>;
  readonly apiSdl: string;
  /** What reached the subgraphs, in order of arrival. */
  readonly sent: Sent[];
  close(): Promise<void>;
}

/** The context of the tests: headers for HTTP, and nothing else. */
export interface Ctx {
  readonly headers?: Record<string, string>;
}

export type Transport = 'in process' | 'http';
export const TRANSPORTS: readonly Transport[] = ['in process', 'http'];

export const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@requires" "@external" "@provides" "@shareable" "@override" "@inaccessible" "@interfaceObject"])\n`;

/** Starts an engine over the subgraphs, each in this process or behind its own HTTP server. */
export async function federation(
  modules: Readonly<Record<string, SubgraphModule>>,
  transport: Transport,
  options: Partial<EngineOptions<Ctx>> = {},
): Promise<Federation> {
  const { supergraphSdl, apiSdl } = compose(Object.entries(modules).map(([name, { sdl }]) => ({ name, typeDefs: HEADER + sdl })));
  const sent: Sent[] = [];
  const subgraphs: Record<string, SubgraphExecutor<Ctx>> = {};
  const servers: Server[] = [];
  for (const [name, module] of Object.entries(modules)) {
    const schema = schemaOf(module);
    const inner = transport === 'in process' ? local(schema) : await remote(schema, servers);
    subgraphs[name] = recording(name, inner, sent);
  }
  const engine = createEngine<Ctx>({
    supergraphSdl,
    subgraphs: { ...subgraphs, ...options.subgraphs },
    ...withoutSubgraphs(options),
  });
  return {
    engine,
    apiSdl,
    sent,
    close: async () => {
      await engine.close();
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
      for (const server of servers) server.close();
    },
  };
}

export function schemaOf({ sdl, resolvers }: SubgraphModule): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(HEADER + sdl), resolvers }]);
}

function withoutSubgraphs({ subgraphs: _, ...rest }: Partial<EngineOptions<Ctx>>) {
  return rest;
}

function recording(subgraph: string, inner: SubgraphExecutor<Ctx>, sent: Sent[]): SubgraphExecutor<Ctx> {
  return {
    execute: (request: SubgraphRequest<Ctx>) => {
      sent.push({ subgraph, source: request.operation.source, variables: request.variables, extensions: request.extensions });
      return inner.execute(request);
    },
    close: () => inner.close(),
  };
}

/** Resolvers put into `out` what the answer shall say beside data, on either transport alike. */
export interface ResolverContext {
  readonly out: Record<string, unknown>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

function local(schema: GraphQLSchema): SubgraphExecutor<Ctx> {
  return inProcessSubgraph<Ctx>({
    schema,
    contextFactory: ({ context, extensions }): ResolverContext => ({ out: {}, extensions, headers: context.headers ?? {} }),
    extensionsOf: (contextValue) => (contextValue as ResolverContext).out,
  });
}

async function remote(schema: GraphQLSchema, servers: Server[]): Promise<SubgraphExecutor<Ctx>> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answer(schema, Buffer.concat(chunks).toString('utf8'), request.headers).then((text) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(text);
      });
    });
  });
  servers.push(server);
  return httpSubgraph<Ctx>({ url: await listening(server), headersOf: ({ headers = {} }) => headers });
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}/graphql`;
}

/** A subgraph server validates what it gets, so that an invalid plan shows. */
async function answer(schema: GraphQLSchema, body: string, headers: ResolverContext['headers']): Promise<string> {
  const {
    query,
    variables,
    extensions = {},
  } = JSON.parse(body) as { query: string; variables: Record<string, unknown>; extensions?: Record<string, unknown> };
  const document = parse(query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) return JSON.stringify({ errors: invalid.map(presentError) });
  const contextValue: ResolverContext = { out: {}, extensions, headers };
  const result = await execute({ schema, document, variableValues: variables, contextValue });
  return JSON.stringify({ data: result.data, errors: result.errors?.map(presentError), extensions: contextValue.out });
}

/** Data and errors in plain form, for comparisons that ignore prototypes and classes. */
export function plain(result: unknown): {
  data?: unknown;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
} {
  return JSON.parse(JSON.stringify(result)) as ReturnType<typeof plain>;
}
