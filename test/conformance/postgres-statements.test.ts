import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryItem, QueryRecord } from '../../connectors/connector.ts';
import { postgresConfig, type PostgresConfig } from '../../connectors/postgres/config.ts';
import { postgresConnector } from '../../connectors/postgres/connector.ts';
import { ownPostgres, postgresPrograms, type OwnServer } from './ownServer.ts';

const programs = postgresPrograms();
const NO_PROGRAMS = 'no PostgreSQL programs (initdb, postgres) are installed, or no user to run them as';
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** pg_stat_statements must be loaded when the server starts, so these tests start one of their own. */
describe.skipIf(programs === null)(`statements of PostgreSQL (skipped when ${NO_PROGRAMS})`, () => {
  let server: OwnServer;
  let shop: Client;
  beforeAll(async () => {
    server = await ownPostgres(programs ?? '', { shared_preload_libraries: 'pg_stat_statements' });
    await as('postgres', 'postgres', (client) => client.query('create database shop'));
    shop = new Client(at('shop', 'postgres'));
    await shop.connect();
    await shop.query(`create schema stats; create schema tenant;
      create role etl login; create role reader login; grant all on schema tenant to etl; create role narrow login;
      alter role etl in database shop set search_path = tenant, public;
      create table public.orders (id int, amount numeric); create table tenant.totals (id int, total numeric);
      grant all on all tables in schema public, tenant to etl`);
  });
  afterAll(async () => {
    await shop?.end();
    await server?.stop();
  });

  const at = (database: string, user: string) => ({ host: '127.0.0.1', port: server.port, user, database, password: '' });
  const as = async <T>(database: string, user: string, task: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client(at(database, user));
    await client.connect();
    return task(client).finally(() => client.end());
  };
  const config = (more: Partial<PostgresConfig> = {}): PostgresConfig =>
    postgresConfig.parse({ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'shop', ...more });
  const read = async (more: Partial<PostgresConfig> = {}, limit = 5_000) => {
    const session = await postgresConnector.open(config(more), soon());
    try {
      const items: QueryItem[] = [];
      for await (const item of session.queries?.({ limit, signal: soon() }) ?? []) items.push(item);
      const last = items.at(-1);
      if (last?.type !== 'receipt') throw new Error('the last item is no receipt');
      const records = items.flatMap((item) => (item.type === 'query' ? [item.record] : []));
      expect(records).toHaveLength(items.length - 1);
      return { records, receipt: last, queries: (await session.inspect(soon())).queries };
    } finally {
      await session.close();
    }
  };
  const find = (records: readonly QueryRecord[], part: string): QueryRecord | undefined =>
    records.find(({ text }) => text.includes(part));

  test('without the extension the receipt says how to get it, and so does a test of the source', async () => {
    const { records, receipt, queries } = await read();
    expect(records).toEqual([]);
    expect(receipt).toMatchObject({ readable: false, notes: [expect.stringContaining('CREATE EXTENSION pg_stat_statements')] });
    expect(queries).toEqual({ readable: false, reason: receipt.notes[0] });
  });

  test('in whatever schema the extension is, statements come with counters, database and search path', async () => {
    await shop.query('create extension pg_stat_statements schema stats');
    await as('shop', 'etl', async (client) => {
      for (const low of [1, 2, 3])
        await client.query('insert into totals select id, sum(amount) from orders where amount > $1 group by id', [low]);
      await client.query(`insert into totals select id, 5 from orders where id = 77`);
    });
    const { records, receipt, queries } = await read();
    expect(find(records, 'sum(amount)')).toMatchObject({
      text: 'insert into totals select id, sum(amount) from orders where amount > $1 group by id',
      id: expect.stringMatching(/^-?\d+$/),
      database: 'shop',
      schemas: ['tenant', 'public'],
      calls: 3,
      rows: 0,
      totalMs: expect.any(Number),
      lastSeenAt: null,
    });
    expect(find(records, '77'), 'the engine takes literals out').toBeUndefined();
    expect(receipt).toMatchObject({ readable: true, withheld: 0, beyond: 0, since: expect.stringMatching(/^20\d\d-.*Z$/) });
    expect(receipt.notes).toEqual([expect.stringContaining('pg_stat_statements.track')]);
    expect(queries).toMatchObject({ readable: true });
  });

  test('statements that are of no use never leave the server: not their secrets either', async () => {
    await shop.query(`create user somebody password 'hunter2'; alter role somebody password 'hunter2';
      do $$ begin perform 'hunter2'; end $$; set application_name = 'hunter2';
      copy (select 'hunter2') to program 'cat > /dev/null'; copy public.orders from program 'true hunter2';
      create temp table mine (a text default 'hunter2'); create table public.plain (a text default 'hunter2')`);
    await shop.query(`/* why */ create table public.made as select id from orders where amount > 5`);
    await shop.query(`copy (select id from orders) to '/dev/null'`);
    const { records } = await read();
    expect(JSON.stringify(records)).not.toContain('hunter2');
    expect(find(records, 'create table public.made')).toBeDefined();
    expect(find(records, 'copy (select id')).toBeDefined();
  });

  test('a crawler without the right sees its own statements only, and the note says what to grant', async () => {
    await shop.query('grant usage on schema stats to reader');
    const { records, receipt, queries } = await read({ user: 'reader' });
    expect(find(records, 'totals')).toBeUndefined();
    expect(receipt).toMatchObject({
      readable: true,
      notes: [expect.stringContaining('GRANT pg_read_all_stats TO reader'), expect.anything()],
    });
    expect(receipt.withheld).toBeGreaterThan(3);
    expect(queries?.reason).toContain('GRANT pg_read_all_stats TO reader');
    await shop.query('grant pg_read_all_stats to reader');
    const all = await read({ user: 'reader' });
    expect(find(all.records, 'sum(amount)')).toBeDefined();
    expect(all.receipt.withheld).toBe(0);
  });

  test('a crawler that may not use the schema is told so', async () => {
    const { receipt } = await read({ user: 'narrow' });
    expect(receipt).toMatchObject({ readable: false, notes: [expect.stringContaining('GRANT USAGE ON SCHEMA stats TO narrow')] });
  });

  test('what may write comes first, most often run first, and what is beyond the limit is counted', async () => {
    for (let i = 0; i < 50; i += 1) await shop.query('select id from orders');
    const all = await read();
    const few = await read({}, 2);
    expect(few.records).toHaveLength(2);
    expect(few.receipt.beyond).toBe(all.records.length - 2);
    expect(few.records.every(({ text }) => !/^\s*select/i.test(text))).toBe(true);
    const [writes, reads] = [false, true].map((isRead) =>
      all.records.filter(({ text }) => /^\s*select/i.test(text) === isRead).map(({ calls }) => calls),
    );
    expect(all.records.map(({ calls }) => calls)).toEqual([writes, reads].flatMap((calls) => calls?.toSorted((a, b) => b - a)));
    expect(all.records.find(({ text }) => text === 'select id from orders')?.calls).toBe(50);
  });

  test('the extension may be in another database of the server; what ran elsewhere is not told', async () => {
    await shop.query('drop extension pg_stat_statements');
    await as('postgres', 'postgres', async (client) => {
      await client.query('create extension pg_stat_statements');
      await client.query('create table elsewhere as select 1 as one');
    });
    const { records } = await read();
    expect(find(records, 'sum(amount)')?.database).toBe('shop');
    expect(find(records, 'elsewhere')).toBeUndefined();
    expect(find((await read({ databases: 'all' })).records, 'elsewhere')?.database).toBe('postgres');
  });

  test('an old version of the extension has other columns, and is read too', async () => {
    await as('postgres', 'postgres', async (client) => {
      await client.query('drop extension pg_stat_statements');
      await client.query(`create extension pg_stat_statements version '1.4'`);
    });
    const { records, receipt } = await read();
    expect(find(records, 'sum(amount)')).toMatchObject({ calls: 3, totalMs: expect.any(Number) });
    expect(receipt.since).toBeNull();
  });

  test('an aborted reading ends by an error', async () => {
    const session = await postgresConnector.open(config(), soon());
    const controller = new AbortController();
    const items = session.queries?.({ limit: 10, signal: controller.signal })[Symbol.asyncIterator]();
    controller.abort();
    await expect(items?.next()).rejects.toThrow();
    await session.close();
  });
});
