import { afterEach, describe, expect, test } from 'vitest';
import type { EngineOptions } from '../../gateway/engine.ts';
import type { SubgraphExecutor } from '../../gateway/subgraph.ts';
import { Fault } from '../../kernel/fault.ts';
import { type Ctx, type Federation, federation, plain, type SubgraphModule, TRANSPORTS } from './engineHarness.ts';

const SHELF: Record<string, SubgraphModule> = {
  books: {
    sdl: `type Query { books: [Book!]! book: Book strictBook: Book! pair: [[Book]] }
      type Book @key(fields: "id") { id: ID! title: String secret: String @shareable }`,
    resolvers: {
      Query: {
        books: () => [{ id: '1' }, { id: '2' }, { id: '1' }],
        book: () => ({ id: '1' }),
        strictBook: () => ({ id: '1' }),
        pair: () => [[{ id: '2' }, null], [{ id: '1' }]],
      },
      Book: {
        __resolveReference: (book: unknown) => book,
        title: ({ id }: { id: string }) => `title ${id}`,
        secret: () => {
          throw new Fault('FORBIDDEN_FIELD', { public: 'Not for you.', internal: 'row 7 of table users' });
        },
      },
    },
  },
  reviews: {
    sdl: `type Query { reviews: [Review!] newest: Review }
      type Review { text: String book: Book }
      type Book @key(fields: "id") { id: ID! stars: Int must: Int! bug: String }`,
    resolvers: {
      Query: { reviews: () => [{ text: 'good' }], newest: () => ({ text: 'new' }) },
      Review: { book: () => ({ id: '1' }) },
      Book: {
        __resolveReference: ({ id }: { id: string }) => (id === '3' ? null : { id }),
        stars: ({ id }: { id: string }) => {
          if (id === '1') throw new Fault('NOT_FOUND', { public: 'No stars.' });
          return 5;
        },
        must: ({ id }: { id: string }) => (id === '2' ? null : 1),
        bug: () => {
          throw new Error('password is hunter2');
        },
      },
    },
  },
};

const down = (error: Error): SubgraphExecutor<Ctx> => ({
  execute() {
    throw error;
  },
  close: async () => undefined,
});
const silent: SubgraphExecutor<Ctx> = { execute: () => new Promise(() => undefined), close: () => Promise.resolve() };

describe.each(TRANSPORTS)('failures, subgraphs %s', (transport) => {
  let shelf: Federation;
  afterEach(() => shelf.close());
  async function ask(source: string, options: Partial<EngineOptions<Ctx>> = {}, signal?: AbortSignal) {
    shelf = await federation(SHELF, transport, options);
    return plain(await shelf.engine.execute({ source, context: {}, signal }));
  }

  test('one subgraph down leaves the rest of the answer', async () => {
    const { data, errors } = await ask('{ books { id title stars } reviews { text } newest { text } }', {
      subgraphs: { reviews: down(new Error('ECONNREFUSED 10.0.0.7')) },
    });
    expect(data).toEqual({
      books: ['1', '2', '1'].map((id) => ({ id, title: `title ${id}`, stars: null })),
      reviews: null,
      newest: null,
    });
    expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
      expect.arrayContaining([
        [['reviews'], { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'reviews' }],
        [['newest'], { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'reviews' }],
        [['books'], { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'reviews' }],
      ]),
    );
    expect(errors).toHaveLength(3);
    expect(JSON.stringify(errors)).not.toContain('10.0.0.7');
  });

  test('a non-null field of a subgraph that is down takes its parents with it, with one error', async () => {
    const { data, errors } = await ask('{ strictBook { must } reviews { text } }', {
      subgraphs: { reviews: down(new Error('down')) },
    });
    expect(data).toBeNull();
    expect(errors?.filter(({ path }) => path?.[0] === 'strictBook')).toHaveLength(1);
  });

  test('an error of one entity is told at every place where the entity stands', async () => {
    const { data, errors } = await ask('{ all: books { points: stars } pair { stars } }');
    expect(data).toEqual({
      all: [{ points: null }, { points: 5 }, { points: null }],
      pair: [[{ stars: 5 }, null], [{ stars: null }]],
    });
    expect(errors?.map(({ path }) => path)).toHaveLength(3);
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ['all', 0, 'points'],
        ['all', 2, 'points'],
        ['pair', 1, 0, 'stars'],
      ]),
    );
  });

  test('the code of a fault is kept, and its internal text is not', async () => {
    const { errors } = await ask('{ book { secret stars } }');
    expect(errors).toEqual([
      { message: 'Not for you.', path: ['book', 'secret'], extensions: { code: 'FORBIDDEN_FIELD', subgraph: 'books' } },
      { message: 'No stars.', path: ['book', 'stars'], extensions: { code: 'NOT_FOUND', subgraph: 'reviews' } },
    ]);
  });

  test('a bug in a subgraph shows nothing of itself', async () => {
    const { errors } = await ask('{ book { bug } }');
    expect(errors).toEqual([
      { message: 'Internal error.', path: ['book', 'bug'], extensions: { code: 'INTERNAL', subgraph: 'reviews' } },
    ]);
  });

  test('a forbidden null spreads to the nearest nullable parent, with one error at its place', async () => {
    const { data, errors } = await ask('{ pair { id must } }');
    expect(data).toEqual({ pair: [[null, null], [{ id: '1', must: 1 }]] });
    expect(errors?.map(({ path }) => path)).toEqual([['pair', 0, 0, 'must']]);
  });

  test('a forbidden null in a list of non-null items takes the list', async () => {
    const { data, errors } = await ask('{ books { must } book { id } }');
    expect(data).toBeNull();
    expect(errors?.map(({ path }) => path)).toEqual([['books', 1, 'must']]);
  });

  test('a subgraph that does not answer in time is given up, and the rest of the answer comes', async () => {
    const { data, errors } = await ask('{ books { id } newest { text } }', { subgraphs: { reviews: silent }, deadlineMs: 100 });
    expect(data).toEqual({ books: [{ id: '1' }, { id: '2' }, { id: '1' }], newest: null });
    expect(errors).toMatchObject([{ path: ['newest'], extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  });

  test('an abort ends what is under way and starts nothing new', async () => {
    const controller = new AbortController();
    const aborting: SubgraphExecutor<Ctx> = {
      execute: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
      close: () => Promise.resolve(),
    };
    const { data, errors } = await ask(
      '{ reviews { text book { title } } }',
      { subgraphs: { reviews: aborting } },
      controller.signal,
    );
    expect(data).toEqual({ reviews: null });
    expect(errors).toMatchObject([{ path: ['reviews'], extensions: { code: 'DEADLINE_EXCEEDED', subgraph: 'reviews' } }]);
    expect(shelf.sent).toEqual([]);
  });

  test('more entities in one fetch than allowed are refused by name of the bound', async () => {
    const { data, errors } = await ask('{ books { id stars } }', { entitiesPerFetchMax: 1 });
    expect(data).toMatchObject({ books: [{ id: '1', stars: null }, { id: '2' }, { id: '1' }] });
    expect(errors).toMatchObject([{ path: ['books'], extensions: { code: 'LIMIT_EXCEEDED' } }]);
    expect(errors?.[0]?.message).toContain('entitiesPerFetchMax');
  });

  test('a subgraph that refuses the whole request is quoted', async () => {
    const refusing: SubgraphExecutor<Ctx> = {
      execute: () => ({
        errors: [{ message: 'Who are you?', extensions: { code: 'UNAUTHENTICATED', serviceName: 'x', stacktrace: ['at'] } }],
      }),
      close: () => Promise.resolve(),
    };
    const { data, errors } = await ask('{ book { title stars } }', { subgraphs: { reviews: refusing } });
    expect(data).toEqual({ book: { title: 'title 1', stars: null } });
    expect(errors).toEqual([
      { message: 'Who are you?', path: ['book'], extensions: { code: 'UNAUTHENTICATED', subgraph: 'reviews' } },
    ]);
  });

  test('variables that do not fit are BAD_USER_INPUT and reach no subgraph', async () => {
    shelf = await federation(SHELF, transport);
    const source = 'query($yes: Boolean!) { book @include(if: $yes) { id } }';
    const { errors } = plain(await shelf.engine.execute({ source, variables: { yes: 'maybe' }, context: {} }));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(shelf.sent).toEqual([]);
  });
});
