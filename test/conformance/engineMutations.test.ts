import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carryFromMutations } from '../../gateway/carry.ts';
import { type Federation, federation, plain, type ResolverContext, type SubgraphModule, TRANSPORTS } from './engineHarness.ts';

/** Two subgraphs that append to one log and read it back, so that order shows. */
function journal(): Record<string, SubgraphModule> {
  const log: string[] = [];
  const entry = { __resolveReference: (reference: unknown) => reference };
  const append =
    (who: string) =>
    (_: unknown, { text }: { text: string }, { out }: ResolverContext) => {
      log.push(`${who}:${text}`);
      out['readToken'] = String(log.length);
      out['internals'] = 'not for others';
      if (text === 'fail') throw new Error('no');
      return { id: text };
    };
  return {
    left: {
      sdl: `type Query { size: Int! } type Mutation { left(text: String!): Entry mustLeft(text: String!): Entry! }
        type Entry @key(fields: "id") { id: ID! seenByLeft: [String!]! }`,
      resolvers: {
        Query: { size: () => log.length },
        Mutation: { left: append('left'), mustLeft: append('left') },
        Entry: { ...entry, seenByLeft: () => [...log] },
      },
    },
    right: {
      sdl: 'type Mutation { right(text: String!): Entry } type Entry @key(fields: "id") { id: ID! seenByRight: [String!]! }',
      resolvers: { Mutation: { right: append('right') }, Entry: { ...entry, seenByRight: () => [...log] } },
    },
  };
}

describe.each(TRANSPORTS)('mutations, subgraphs %s', (transport) => {
  let graph: Federation;
  beforeEach(async () => {
    graph = await federation(journal(), transport, { carry: carryFromMutations(['readToken']) });
  });
  afterEach(() => graph.close());
  const ask = async (source: string) => plain(await graph.engine.execute({ source, context: {} }));

  test('each root field is complete, its reads in other subgraphs included, before the next begins', async () => {
    const { data } = await ask(`mutation {
      a: left(text: "1") { seenByRight } b: right(text: "2") { seenByLeft } c: left(text: "3") { seenByRight }
    }`);
    expect(data).toEqual({
      a: { seenByRight: ['left:1'] },
      b: { seenByLeft: ['left:1', 'right:2'] },
      c: { seenByRight: ['left:1', 'right:2', 'left:3'] },
    });
  });

  test('two equal mutations under two aliases are two mutations', async () => {
    const { data } = await ask('mutation { a: left(text: "x") { seenByLeft } b: left(text: "x") { seenByLeft } }');
    expect(data).toEqual({ a: { seenByLeft: ['left:x'] }, b: { seenByLeft: ['left:x', 'left:x'] } });
  });

  test('a failed mutation does not stop the next one', async () => {
    const { data, errors } = await ask('mutation { a: left(text: "fail") { id } b: right(text: "2") { id } }');
    expect(data).toEqual({ a: null, b: { id: '2' } });
    expect(errors).toMatchObject([{ path: ['a'] }]);
  });

  test('a failed mutation that must not be null ends the operation', async () => {
    const { data } = await ask('mutation { a: mustLeft(text: "fail") { id } b: right(text: "2") { id } }');
    expect(data).toBeNull();
    expect(await ask('{ size }')).toEqual({ data: { size: 1 } });
  });

  test('the read token of a mutation goes with every later fetch and to the client, and nothing else does', async () => {
    const { extensions } = await ask('mutation { a: left(text: "1") { seenByRight } b: right(text: "2") { id } }');
    expect(extensions).toEqual({ readToken: '2' });
    expect(graph.sent.map((sent) => [sent.subgraph, sent.extensions])).toEqual([
      ['left', {}],
      ['right', { readToken: '1' }],
      ['right', { readToken: '1' }],
    ]);
  });

  test('a read token that the client brings goes with the first fetch', async () => {
    await graph.engine.execute({ source: '{ size }', context: {}, extensions: { readToken: '9' } });
    expect(graph.sent[0]?.extensions).toEqual({ readToken: '9' });
  });

  test('a mutation that is left out by a variable is not run', async () => {
    const source = 'mutation($go: Boolean!) { a: left(text: "1") @include(if: $go) { id } b: right(text: "2") { id } }';
    const { data } = plain(await graph.engine.execute({ source, variables: { go: false }, context: {} }));
    expect(data).toEqual({ b: { id: '2' } });
    expect(graph.sent.map(({ subgraph }) => subgraph)).toEqual(['right']);
  });
});
