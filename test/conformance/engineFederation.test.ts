import { afterEach, describe, expect, test } from 'vitest';
import { type Federation, federation, plain, type SubgraphModule, TRANSPORTS } from './engineHarness.ts';

const self = { __resolveReference: (reference: unknown) => reference };
type Entity = Record<string, unknown>;

describe.each(TRANSPORTS)('federation, subgraphs %s', (transport) => {
  let graph: Federation;
  afterEach(() => graph.close());
  async function ask(modules: Record<string, SubgraphModule>, source: string) {
    graph = await federation(modules, transport);
    return plain(await graph.engine.execute({ source, context: {} }));
  }

  test('an entity with several keys is reached by the one that the next subgraph knows', async () => {
    const result = await ask(
      {
        a: {
          sdl: 'type Query { user: User } type User @key(fields: "id") { id: ID! }',
          resolvers: { Query: { user: () => ({ id: '1' }) } },
        },
        b: {
          sdl: 'type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! }',
          resolvers: { User: { __resolveReference: ({ id }: Entity) => ({ id, email: `${String(id)}@x` }) } },
        },
        c: {
          sdl: 'type User @key(fields: "email") { email: String! nick: String }',
          resolvers: { User: { ...self, nick: ({ email }: Entity) => `nick of ${String(email)}` } },
        },
      },
      '{ user { nick } }',
    );
    expect(result).toEqual({ data: { user: { nick: 'nick of 1@x' } } });
    expect(graph.sent.map(({ subgraph }) => subgraph)).toEqual(['a', 'b', 'c']);
  });

  test('composite and nested keys travel whole', async () => {
    const result = await ask(
      {
        a: {
          sdl: 'type Query { cells: [Cell] } type Cell @key(fields: "sheet { id } row") { sheet: Sheet! row: Int! } type Sheet { id: ID! @shareable name: String }',
          resolvers: { Query: { cells: () => [{ sheet: { id: 's' }, row: 1 }, null, { sheet: { id: 's' }, row: 2 }] } },
        },
        b: {
          sdl: 'type Cell @key(fields: "sheet { id } row") { sheet: Sheet! row: Int! value: String } type Sheet { id: ID! @shareable }',
          resolvers: {
            Cell: { ...self, value: ({ sheet, row }: { sheet: Entity; row: number }) => `${String(sheet['id'])}${row}` },
          },
        },
      },
      '{ cells { value } }',
    );
    expect(result).toEqual({ data: { cells: [{ value: 's1' }, null, { value: 's2' }] } });
  });

  test('an entity whose key is null is not asked for', async () => {
    const result = await ask(
      {
        a: {
          sdl: 'type Query { xs: [X] } type X @key(fields: "id") { id: ID }',
          resolvers: { Query: { xs: () => [{ id: null }, { id: '2' }] } },
        },
        b: { sdl: 'type X @key(fields: "id") { id: ID n: Int }', resolvers: { X: { ...self, n: () => 7 } } },
      },
      '{ xs { n } }',
    );
    expect(result).toEqual({ data: { xs: [{ n: null }, { n: 7 }] } });
    expect(graph.sent[1]?.variables).toEqual({ representations: [{ __typename: 'X', id: '2' }] });
  });

  const SHIPPING: Record<string, SubgraphModule> = {
    goods: {
      sdl: `type Query { items: [Item!] } type Item @key(fields: "id") { id: ID! weight(unit: String = "g"): Int size: Size parts: [Part!] }
        type Size { w: Int h: Int } type Part { n: Int }`,
      resolvers: {
        Query: { items: () => [{ id: '1' }, { id: '2' }] },
        Item: {
          ...self,
          weight: ({ id }: Entity, { unit }: { unit: string }) => (id === '2' ? null : unit === 'kg' ? 2 : 2000),
          size: () => ({ w: 3, h: 4 }),
          parts: () => [{ n: 1 }, { n: 2 }],
        },
      },
    },
    shipping: {
      sdl: `type Item @key(fields: "id") { id: ID! weight(unit: String = "g"): Int @external size: Size @external parts: [Part!] @external
        price: String @requires(fields: "weight(unit: \\"kg\\") size { w h } parts { n }") }
        type Size { w: Int @external h: Int @external } type Part { n: Int @external }`,
      resolvers: { Item: { ...self, price: ({ weight, size, parts }: Entity) => JSON.stringify({ weight, size, parts }) } },
    },
  };

  test('@requires hands over fields with arguments, objects and lists, and null as null', async () => {
    const { data } = await ask(SHIPPING, '{ items { price weight } }');
    const items = (data as { items: { price: string; weight: number | null }[] }).items;
    expect(items.map(({ weight }) => weight)).toEqual([2000, null]);
    const rest = { size: { w: 3, h: 4 }, parts: [{ n: 1 }, { n: 2 }] };
    expect(items.map(({ price }) => JSON.parse(price) as unknown)).toEqual([
      { weight: 2, ...rest },
      { weight: null, ...rest },
    ]);
  });

  test('an alias of the client for a required field changes nothing', async () => {
    const { data } = await ask(SHIPPING, '{ items { weight: price size { h: w w: h } } }');
    const [first] = (data as { items: { weight: string; size: unknown }[] }).items;
    expect(JSON.parse(first?.weight ?? '')).toMatchObject({ weight: 2, size: { w: 3, h: 4 } });
    expect(first?.size).toEqual({ h: 3, w: 4 });
  });

  test('what @provides promises is not fetched again', async () => {
    const result = await ask(
      {
        a: {
          sdl: 'type Query { post: Post } type Post { author: User @provides(fields: "name") } type User @key(fields: "id") { id: ID! name: String @external }',
          resolvers: { Query: { post: () => ({ author: { id: '1', name: 'provided' } }) } },
        },
        b: {
          sdl: 'type User @key(fields: "id") { id: ID! name: String @shareable }',
          resolvers: { User: { ...self, name: () => 'fetched' } },
        },
      },
      '{ post { author { name } } }',
    );
    expect(result).toEqual({ data: { post: { author: { name: 'provided' } } } });
  });

  test('@override moves a field', async () => {
    const result = await ask(
      {
        a: {
          sdl: 'type Query { x: X } type X @key(fields: "id") { id: ID! n: String }',
          resolvers: { Query: { x: () => ({ id: '1', n: 'old' }) } },
        },
        b: {
          sdl: 'type X @key(fields: "id") { id: ID! n: String @override(from: "a") }',
          resolvers: { X: { ...self, n: () => 'new' } },
        },
      },
      '{ x { n } }',
    );
    expect(result).toEqual({ data: { x: { n: 'new' } } });
  });

  const HIDDEN: Record<string, SubgraphModule> = {
    a: {
      sdl: `type Query { things: [Thing] mode: [Mode] } interface Thing { id: ID! } type Seen implements Thing { id: ID! secret: Int @inaccessible }
        type Unseen implements Thing @inaccessible { id: ID! } enum Mode { ON OFF @inaccessible }`,
      resolvers: {
        Query: {
          things: () => [
            { __typename: 'Seen', id: '1' },
            { __typename: 'Unseen', id: '2' },
          ],
          mode: () => ['ON', 'OFF'],
        },
      },
    },
  };

  test('what is @inaccessible can neither be asked for nor come back', async () => {
    expect(await ask(HIDDEN, '{ things { __typename id } mode }')).toEqual({
      data: { things: [{ __typename: 'Seen', id: '1' }, null], mode: ['ON', null] },
    });
    expect(
      plain(await graph.engine.execute({ source: '{ things { ... on Seen { secret } } }', context: {} })).errors,
    ).toHaveLength(1);
  });

  const ASSETS: Record<string, SubgraphModule> = {
    catalog: {
      sdl: `type Query { assets: [Asset!] } interface Asset @key(fields: "id") { id: ID! name: String }
        type Table implements Asset @key(fields: "id") { id: ID! name: String rows: Int } type View implements Asset @key(fields: "id") { id: ID! name: String }`,
      resolvers: {
        Query: { assets: () => ['t1', 'v1'].map((id) => ({ id })) },
        Asset: { ...self, __resolveType: ({ id }: { id: string }) => (id.startsWith('t') ? 'Table' : 'View') },
        Table: { ...self, name: ({ id }: Entity) => `table ${String(id)}`, rows: () => 5 },
        View: { ...self, name: ({ id }: Entity) => `view ${String(id)}` },
      },
    },
    governance: {
      sdl: 'type Query { audited: [Asset!] } type Asset @key(fields: "id") @interfaceObject { id: ID! trail: String }',
      resolvers: {
        Query: { audited: () => [{ id: 'v1' }, { id: 't1' }] },
        Asset: { ...self, trail: ({ id }: Entity) => `trail ${String(id)}` },
      },
    },
  };

  test('an interface object adds fields to every type of the interface', async () => {
    expect(await ask(ASSETS, '{ assets { __typename trail ... on Table { rows } } }')).toEqual({
      data: {
        assets: [
          { __typename: 'Table', trail: 'trail t1', rows: 5 },
          { __typename: 'View', trail: 'trail v1' },
        ],
      },
    });
  });

  test('an object that a subgraph knows by interface only gets its type and its fields from the others', async () => {
    expect(await ask(ASSETS, '{ audited { id name trail ... on Table { t: __typename rows } } }')).toEqual({
      data: {
        audited: [
          { id: 'v1', name: 'view v1', trail: 'trail v1' },
          { id: 't1', name: 'table t1', trail: 'trail t1', t: 'Table', rows: 5 },
        ],
      },
    });
  });

  test('different types may be asked for different fields of an interface object', async () => {
    expect(await ask(ASSETS, '{ audited { ... on Table { x: id } ... on View { id trail } } }')).toEqual({
      data: { audited: [{ id: 'v1', trail: 'trail v1' }, { x: 't1' }] },
    });
  });

  test('unions and nested lists of entities are reached wherever they are', async () => {
    const result = await ask(
      {
        a: {
          sdl: 'type Query { grid: [[Node]!] } union Node = X | Y type X @key(fields: "id") { id: ID! } type Y @key(fields: "id") { id: ID! }',
          resolvers: {
            Query: { grid: () => [[{ id: 'x1' }, { id: 'y1' }, null], [], [{ id: 'x1' }]] },
            Node: { __resolveType: ({ id }: { id: string }) => (id.startsWith('x') ? 'X' : 'Y') },
          },
        },
        b: {
          sdl: 'type X @key(fields: "id") { id: ID! a: String } type Y @key(fields: "id") { id: ID! b: String }',
          resolvers: {
            X: { ...self, a: ({ id }: Entity) => `a ${String(id)}` },
            Y: { ...self, b: ({ id }: Entity) => `b ${String(id)}` },
          },
        },
      },
      '{ grid { __typename ... on X { a } ... on Y { b } } }',
    );
    const x = { __typename: 'X', a: 'a x1' };
    expect(result).toEqual({ data: { grid: [[x, { __typename: 'Y', b: 'b y1' }, null], [], [x]] } });
  });

  test('one entity at two places may be asked for two things', async () => {
    const modules: Record<string, SubgraphModule> = {
      a: {
        sdl: 'type Query { x: X y: X } type X @key(fields: "id") { id: ID! }',
        resolvers: { Query: { x: () => ({ id: '1' }), y: () => ({ id: '1' }) } },
      },
      b: {
        sdl: 'type X @key(fields: "id") { id: ID! inner: Inner } type Inner @key(fields: "id") { id: ID! }',
        resolvers: { X: { ...self, inner: () => ({ id: 'i' }) } },
      },
      c: {
        sdl: 'type Inner @key(fields: "id") { id: ID! say(what: String!): String }',
        resolvers: { Inner: { ...self, say: (_: unknown, { what }: { what: string }) => what } },
      },
    };
    expect(await ask(modules, '{ x { inner { say(what: "one") } } y { inner { say(what: "two") } } }')).toEqual({
      data: { x: { inner: { say: 'one' } }, y: { inner: { say: 'two' } } },
    });
  });
});
