import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { apolloGateway } from './apolloGateway.ts';
import { compose } from './compose.ts';
import { createEngine, type Engine } from './engine.ts';
import { inProcessSubgraph } from './inProcessSubgraph.ts';
import { limitRules } from './limits.ts';

interface Ctx {
  readonly caller: string;
}

const servers: ApolloServer<Ctx>[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

function engineAnswering(version: string, wait: () => Promise<void> = () => Promise.resolve()): Engine<Ctx> {
  const typeDefs = `type Query { caller: String version${version}: String slow: String }`;
  const resolvers = {
    Query: {
      caller: (_: unknown, _args: unknown, context: Ctx) => context.caller,
      [`version${version}`]: () => version,
      slow: () => wait().then(() => version),
    },
  };
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]);
  const { supergraphSdl } = compose([{ name: 'only', typeDefs }]);
  return createEngine<Ctx>({
    supergraphSdl,
    subgraphs: { only: inProcessSubgraph<Ctx>({ schema, contextFactory: ({ context }) => context }) },
  });
}

async function started(engine: Engine<Ctx>) {
  const gateway = apolloGateway(engine);
  const server = new ApolloServer<Ctx>({ gateway, validationRules: limitRules() });
  await server.start();
  servers.push(server);
  const ask = async (query: string) => {
    const { body } = await server.executeOperation({ query }, { contextValue: { caller: 'ada' } });
    if (body.kind !== 'single') throw new Error('not a single result');
    return body.singleResult;
  };
  return { gateway, ask };
}

test('Apollo Server answers through the engine, and its context value reaches the resolvers', async () => {
  const { ask } = await started(engineAnswering('A'));
  expect(await ask('{ caller versionA __typename }')).toEqual({ data: { caller: 'ada', versionA: 'A', __typename: 'Query' } });
});

test('a new supergraph takes over without a restart', async () => {
  const { gateway, ask } = await started(engineAnswering('A'));
  await gateway.swap(engineAnswering('B'));
  expect(await ask('{ versionB }')).toEqual({ data: { versionB: 'B' } });
  expect((await ask('{ versionA }')).errors?.[0]?.message).toMatch(/Cannot query field "versionA"/);
});

test('a request that was under way at the swap is answered by the old engine, and the swap waits for it', async () => {
  let [release, begun] = [(): void => undefined, (): void => undefined];
  const released = new Promise<void>((resolve) => (release = resolve));
  const isUnderWay = new Promise<void>((resolve) => (begun = resolve));
  const wait = (): Promise<void> => {
    begun();
    return released;
  };
  const { gateway, ask } = await started(engineAnswering('A', wait));
  const slow = ask('{ slow }');
  await isUnderWay;
  let swapped = false;
  const swap = gateway.swap(engineAnswering('B')).then(() => (swapped = true));
  expect(await ask('{ versionB }')).toEqual({ data: { versionB: 'B' } });
  expect(swapped).toBe(false);
  release();
  expect(await slow).toEqual({ data: { slow: 'A' } });
  await swap;
});

test('an operation beyond a limit is refused before the engine sees it', async () => {
  const { ask } = await started(engineAnswering('A'));
  const aliases = Array.from({ length: 101 }, (_, i) => `x${i}: caller`).join(' ');
  const { errors } = await ask(`{ ${aliases} }`);
  expect(errors?.map(({ extensions }) => extensions?.['bound'])).toEqual(['aliasesMax', 'rootFieldsMax']);
});

test('the signal that the context holds aborts the operation', async () => {
  const controller = new AbortController();
  const wait = (): Promise<void> => {
    controller.abort();
    return new Promise(() => undefined);
  };
  const engine = engineAnswering('A', wait);
  const server = new ApolloServer<Ctx>({ gateway: apolloGateway(engine, () => ({ signal: controller.signal })) });
  await server.start();
  servers.push(server);
  const { body } = await server.executeOperation({ query: '{ caller slow }' }, { contextValue: { caller: 'ada' } });
  expect(body).toMatchObject({
    singleResult: { errors: [{ path: ['caller'] }, { path: ['slow'], extensions: { code: 'DEADLINE_EXCEEDED' } }] },
  });
});
