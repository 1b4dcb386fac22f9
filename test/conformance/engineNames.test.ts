import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Federation, federation, plain, TRANSPORTS } from './engineHarness.ts';
import { SHOP } from './engineShop.ts';

describe.each(TRANSPORTS)('names and values, subgraphs %s', (transport) => {
  let shop: Federation;
  beforeAll(async () => {
    shop = await federation(SHOP, transport);
  });
  afterAll(() => shop.close());
  const ask = async (source: string, variables: Record<string, unknown> = {}) =>
    plain(await shop.engine.execute({ source, variables, context: {} }));

  test('an alias that is the name of a key does not change whose fields are fetched', async () => {
    expect(await ask('{ dataset(id: "d1") { id: name rowCount: status density } }')).toEqual({
      data: { dataset: { id: 'orders', rowCount: 'ACTIVE', density: 100 } },
    });
  });

  test('an alias `__typename` does not change the type of an object', async () => {
    const { data } = await ask('{ asset(id: "d1") { __typename: name ... on Dataset { density } ... on Job { reads { id } } } }');
    expect(data).toEqual({ asset: { __typename: 'orders', density: 100 } });
  });

  test('aliases that are names of prototypes are plain keys, and pollute nothing', async () => {
    const result = await shop.engine.execute({
      source:
        '{ __proto__: dataset(id: "d1") { constructor: density __proto__: owner { toString: annotations hasOwnProperty: name } } constructor: me { valueOf: name } }',
      context: {},
    });
    expect(JSON.parse(JSON.stringify(result.data))).toEqual(
      JSON.parse(
        '{ "__proto__": { "constructor": 100, "__proto__": { "toString": 3, "hasOwnProperty": "Ada" } }, "constructor": { "valueOf": "Ada" } }',
      ),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['density']).toBeUndefined();
  });

  test("a variable with the name of the planner's own does not reach it", async () => {
    const source =
      'query($representations: Int!, $__batch_reps_0: Int!) { dataset(id: "d1") { a: density(k: $representations) b: density(k: $__batch_reps_0) } }';
    expect(await ask(source, { representations: 2, __batch_reps_0: 3 })).toEqual({ data: { dataset: { a: 200, b: 300 } } });
  });

  test('one alias may mean different things for different types', async () => {
    const { data } = await ask(
      '{ search { ... on Dataset { x: name y: id t: auditTrail(first: 2) } ... on Job { x: flaky z: id t: auditTrail } } }',
    );
    expect(data).toEqual({ search: [{ x: 'orders', y: 'd1', t: ['d1', 'd1'] }, { x: null, z: 'j1', t: ['j1'] }, {}] });
  });

  test('fields come in the order in which they are asked for', async () => {
    const { data } = await shop.engine.execute({
      source: '{ dataset(id: "d1") { density name consumedBy { id } id owner { annotations name } } }',
      context: {},
    });
    expect(JSON.stringify(data)).toBe(
      '{"dataset":{"density":100,"name":"orders","consumedBy":[{"id":"m1"},{"id":"m2"}],"id":"d1","owner":{"annotations":3,"name":"Ada"}}}',
    );
  });

  test('variables, defaults, enums and input objects arrive as they were meant', async () => {
    const source =
      'query($filter: Filter, $order: Order = SIZE) { a: echo(filter: $filter, order: $order) b: echo(order: SIZE, list: []) c: echo(list: null) }';
    const { data } = await ask(source, { filter: { orders: ['NAME'], nested: { text: null } } });
    const { a, b, c } = data as Record<string, string>;
    expect(JSON.parse(a ?? '')).toEqual({
      filter: { text: 'a', orders: ['NAME'], nested: { text: null, flag: true }, flag: true },
      order: 'SIZE',
      list: [1, 2],
    });
    expect(JSON.parse(b ?? '')).toEqual({ order: 'SIZE', list: [] });
    expect(JSON.parse(c ?? '')).toEqual({ list: null, order: 'NAME' });
  });

  test('a variable that is not given leaves the default of its argument', async () => {
    const { data } = await ask(
      'query($list: [Int!], $upper: Boolean) { echo(list: $list) dataset(id: "d1") { name(upper: $upper) } }',
    );
    expect(JSON.parse((data as { echo: string }).echo)).toMatchObject({ list: [1, 2] });
    expect(data).toMatchObject({ dataset: { name: 'orders' } });
  });

  test('introspection and __typename are answered without any subgraph', async () => {
    shop.sent.length = 0;
    const { data } = await ask(getIntrospectionQuery());
    const seen = buildClientSchema(data as never);
    expect(printSchema(seen)).toContain('density(k: Int! = 1): Float');
    expect(printSchema(seen)).not.toMatch(/join__|_entities|_Any/);
    expect(
      await ask('{ __typename t: __typename s: __schema { queryType { name } } u: __type(name: "Order") { kind } }'),
    ).toEqual({
      data: { __typename: 'Query', t: 'Query', s: { queryType: { name: 'Query' } }, u: { kind: 'ENUM' } },
    });
    expect(shop.sent).toEqual([]);
  });

  test('introspection and data may be asked for together', async () => {
    expect(await ask('query($name: String!) { greeting __type(name: $name) { name } }', { name: 'User' })).toEqual({
      data: { greeting: 'hello', __type: { name: 'User' } },
    });
  });

  test('what @skip and @include leave out is not fetched', async () => {
    shop.sent.length = 0;
    const source =
      'query($more: Boolean = false) { dataset(id: "d1") { name density @include(if: $more) ...M @include(if: $more) } models @skip(if: true) { id } } fragment M on Dataset { consumedBy { id } }';
    expect(await ask(source)).toEqual({ data: { dataset: { name: 'orders' } } });
    expect(shop.sent.map(({ subgraph }) => subgraph)).toEqual(['catalog']);
    expect(await ask(source, { more: true })).toEqual({
      data: { dataset: { name: 'orders', density: 100, consumedBy: [{ id: 'm1' }, { id: 'm2' }] } },
    });
  });

  test('one operation of several is picked by name', async () => {
    const source = 'query A { greeting } query B { me { name } }';
    expect(plain(await shop.engine.execute({ source, operationName: 'B', context: {} }))).toEqual({
      data: { me: { name: 'Ada' } },
    });
    expect((await ask(source)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('a text that does not parse or does not fit the schema is BAD_USER_INPUT', async () => {
    expect((await ask('{ greeting')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await ask('{ nothing }')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('entities that look alike are asked for once', async () => {
    shop.sent.length = 0;
    await ask('{ models { trainedOn { density } } }');
    const representations = shop.sent.flatMap(
      ({ variables }) => (variables['representations'] as { id: string }[] | undefined) ?? [],
    );
    expect(representations.filter(({ id }) => id === 'd1')).toHaveLength(2);
    expect(shop.sent.map(({ subgraph }) => subgraph)).toEqual(['registry', 'catalog', 'labeling']);
  });
});
