import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CrawlItem } from '../../connectors/connector.ts';
import type { PostgresConfig } from '../../connectors/postgres/config.ts';
import { postgresConnector } from '../../connectors/postgres/connector.ts';
import { crawl } from '../../connectors/postgres/crawl.ts';
import { connect } from '../../connectors/postgres/link.ts';
import { crawlAll, receiptsOf, recordAt, recordsOf } from './crawling.ts';
import { NO_POSTGRES, hasPostgres, temporaryDatabase } from './postgresServer.ts';
import type { TemporaryDatabase } from './postgresServer.ts';
import { silentServer } from './refusingServer.ts';

const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** What only PostgreSQL promises, beyond the contract of all connectors. */
describe.skipIf(!(await hasPostgres()))(`postgres crawl (skipped when ${NO_POSTGRES})`, () => {
  let database: TemporaryDatabase;
  beforeAll(async () => {
    database = await temporaryDatabase();
  });
  afterAll(() => database.drop());

  const crawled = async (change: Partial<PostgresConfig> = {}): Promise<readonly CrawlItem[]> => {
    const session = await postgresConnector.open({ ...database.config, ...change }, soon());
    return crawlAll(session).finally(() => session.close());
  };
  const only = (schema: string): Partial<PostgresConfig> => ({ schemas: { include: [schema], exclude: [] } });
  /** Stops a crawl of one schema at its first record, two relations to a page. */
  const paused = (schema: string) => {
    const config = { ...database.config, ...only(schema) };
    const source = { config, connect: (name: string, signal: AbortSignal) => connect(config, name, signal) };
    const items = crawl(source, { skip: new Set(['']), signal: soon() }, { items: 2, width: 1_000 });
    return {
      first: async () => [(await items.next()).value, (await items.next()).value],
      rest: async () => {
        const rest: CrawlItem[] = [];
        for await (const item of items) rest.push(item);
        return rest;
      },
      leave: () => items.return(undefined),
    };
  };

  describe('a changing database', () => changes(() => database, paused));
  describe('a difficult database', () => difficulties(() => database, crawled, only));
  describe('a part of a server', () => parts(() => database, crawled, only));
  describe('a failing server', () => failures(() => database, paused));
});

type Paused = (schema: string) => { first(): Promise<unknown>; rest(): Promise<CrawlItem[]>; leave(): Promise<unknown> };
type Crawled = (change?: Partial<PostgresConfig>) => Promise<readonly CrawlItem[]>;
type Only = (schema: string) => Partial<PostgresConfig>;
type At = () => TemporaryDatabase;

function changes(at: At, paused: Paused): void {
  test('a view and a table that are dropped after they were listed are left out, and the rest of the schema comes', async () => {
    await at()
      .run(`create schema moving; create table moving.a (id int); create table moving.b (id int); create table moving.c (id int);
      create table moving.d (id int); create view moving.e as select id from moving.c; create view moving.f as select id from moving.a`);
    const crawl = paused('moving');
    await crawl.first();
    await at().run('drop table moving.c cascade');
    const rest = await crawl.rest();
    expect(recordsOf(rest).map((record) => record.path[2])).toEqual(['b', 'd', 'f']);
    expect(receiptsOf(rest)).toMatchObject([{ complete: true }]);
  });

  test('one schema is one moment: a table made in mid-crawl is not in it', async () => {
    await at().run(
      'create schema steady; create table steady.a (id int); create table steady.b (id int); create table steady.d (id int)',
    );
    const crawl = paused('steady');
    await crawl.first();
    await at().run('create table steady.c (id int)');
    expect(recordsOf(await crawl.rest()).map((record) => record.path[2])).toEqual(['b', 'd']);
  });

  test('between pages the crawl holds no lock on any table of the customer', async () => {
    await at().run(
      'create schema free; create table free.a (id int); create view free.b as select id from free.a; create table free.c (id int)',
    );
    const crawl = paused('free');
    await crawl.first();
    const { rows } = await at().client.query(`select relation::regclass::text from pg_locks join pg_stat_activity using (pid)
      where application_name = 'cadastre-crawler' and relation >= 16384 and pg_locks.database = (select oid from pg_database where datname = current_database())`);
    expect(rows).toEqual([]);
    await at().run('drop schema free cascade');
    await crawl.leave();
  });
}

function difficulties(at: At, crawled: Crawled, only: Only): void {
  test('a view that the engine can no longer print is listed with its problem, and the views beside it with their queries', async () => {
    await at()
      .run(`create schema damaged; create table damaged.base (id int); create view damaged.bad as select id from damaged.base;
      ${Array.from({ length: 9 }, (_, n) => `create view damaged.good${n} as select ${n} as n;`).join('')}`);
    await at().run('set allow_system_table_mods = on');
    await at().run(`delete from pg_class where relname = 'base'`);
    const items = await crawled(only('damaged'));
    expect(recordAt(items, [at().name, 'damaged', 'bad'])).toMatchObject({
      definition: null,
      problem: expect.stringContaining('could not open relation'),
      columns: [{ name: 'id' }],
    });
    for (let n = 0; n < 9; n += 1)
      expect(recordAt(items, [at().name, 'damaged', `good${n}`])).toMatchObject({
        problem: null,
        definition: expect.stringContaining(`${n} AS n`),
      });
    expect(receiptsOf(items).every((receipt) => receipt.complete)).toBe(true);
  });

  test('a table that somebody holds exclusively has no size, and is not waited for: the others have theirs', async () => {
    await at().run(
      'create schema held; create table held.a (id int); create table held.b (id int); insert into held.b values (1)',
    );
    await at().run('begin; lock table held.a in access exclusive mode');
    try {
      const items = await crawled(only('held'));
      expect(recordAt(items, [at().name, 'held', 'a'])).toMatchObject({
        columns: [{ name: 'id' }],
        statistics: { sizeBytes: null },
      });
      expect(recordAt(items, [at().name, 'held', 'b'])).toMatchObject({ statistics: { sizeBytes: 8_192 } });
    } finally {
      await at().run('rollback');
    }
  });

  test('a schema that cannot be read to its end says so, and those after it are crawled', async () => {
    await at().run('create schema cut; create table cut.a (id int)');
    await at().run('begin; lock table pg_constraint in access exclusive mode');
    try {
      const items = await crawled({ schemas: { include: ['cut', 'public'], exclude: [] } });
      expect(receiptsOf(items)).toMatchObject([
        { scope: [], complete: true },
        { scope: [at().name, 'cut'], complete: false, reason: expect.stringContaining('lock timeout') },
        { scope: [at().name, 'public'], complete: true },
      ]);
    } finally {
      await at().run('rollback');
    }
  });

  test('partitions are part of their parent: its rows and bytes are their sum, and keys to them are keys to it', async () => {
    await at()
      .run(`create schema parted; create table parted.sale (id int, day date, primary key (id, day)) partition by range (day);
      create table parted.y24 partition of parted.sale for values from ('2024-01-01') to ('2025-01-01');
      create table parted.y25 partition of parted.sale for values from ('2025-01-01') to ('2026-01-01') partition by range (day);
      create table parted.y25a partition of parted.y25 for values from ('2025-01-01') to ('2025-07-01');
      create table parted.refund (id int, day date, foreign key (id, day) references parted.sale);
      insert into parted.sale select n, '2024-03-01' from generate_series(1, 300) n; insert into parted.sale select n, '2025-03-01' from generate_series(1, 200) n; analyze parted.sale`);
    const items = await crawled(only('parted'));
    const { rows } = await at().client.query(
      `select sum(pg_total_relation_size(relid))::int as bytes from pg_partition_tree('parted.sale')`,
    );
    expect(recordsOf(items).flatMap((record) => record.path[2] ?? [])).toEqual(['refund', 'sale']);
    expect(recordAt(items, [at().name, 'parted', 'sale'])).toMatchObject({
      subtype: 'PARTITIONED_TABLE',
      statistics: { rowCountEstimate: 500, sizeBytes: rows[0].bytes },
    });
    expect(recordAt(items, [at().name, 'parted', 'refund'])).toMatchObject({
      foreignKeys: [{ references: { path: [at().name, 'parted', 'sale'], columns: ['id', 'day'] } }],
    });
  });

  test('materialized views, exclusion constraints, identity columns, column grants and unlogged tables come as they are', async () => {
    const role = await at().role();
    await at()
      .run(`create schema kinds; create unlogged table kinds.a (id int generated always as identity, mail text, exclude using btree (id with =));
      grant select (mail) on kinds.a to ${role} with grant option;
      create materialized view kinds.m as select mail from kinds.a; create unique index on kinds.m (mail)`);
    const items = await crawled(only('kinds'));
    expect(recordAt(items, [at().name, 'kinds', 'm'])).toMatchObject({
      subtype: 'MATERIALIZED_VIEW',
      definition: expect.stringContaining('kinds.a'),
      indexes: [{ keys: ['mail'], unique: true }],
    });
    expect(recordAt(items, [at().name, 'kinds', 'a'])).toMatchObject({
      columns: [{ defaultValue: 'generated always as identity' }, {}],
      checks: [{ name: 'a_id_excl', expression: 'EXCLUDE USING btree (id WITH =)' }],
      grants: expect.arrayContaining([{ grantee: role, privilege: 'SELECT (mail)', grantable: true }]),
    });
  });

  test('what belongs to an extension is left out', async () => {
    await at().run(
      'create schema ext; create table ext.theirs (id int); create table ext.ours (id int); alter extension plpgsql add table ext.theirs',
    );
    expect(recordsOf(await crawled(only('ext'))).map((record) => record.path[2])).toEqual([undefined, undefined, 'ours']);
    await at().run('alter extension plpgsql drop table ext.theirs');
  });
}

function parts(at: At, crawled: Crawled, only: Only): void {
  test('a schema without USAGE is named, none of its tables is, and the reason is the statement to run', async () => {
    const role = await at().role();
    await at().run('create schema "H R"; create table "H R".salary (id int)');
    const items = await crawled({ user: role, ...only('H R') });
    expect(recordsOf(items).map((record) => record.path)).toEqual([[at().name], [at().name, 'H R']]);
    expect(receiptsOf(items)[1]).toMatchObject({
      complete: false,
      reason: `permission denied for schema H R; GRANT USAGE ON SCHEMA "H R" TO ${role}`,
    });
  });

  test('with several databases, one that is missing or refuses is incomplete with its reason, and the others are crawled', async () => {
    const [other, closed] = [await temporaryDatabase(), await temporaryDatabase()];
    const role = await at().role();
    try {
      await closed.run(`revoke connect on database ${closed.name} from public`);
      await other.run('create table public.t (id int)');
      const items = await crawled({ user: role, databases: [at().name, other.name, closed.name, 'absent'] });
      expect(recordAt(items, [other.name, 'public', 't']).kind).toBe('dataset');
      const reasons = new Map(
        receiptsOf(items)
          .filter((receipt) => !receipt.complete && receipt.scope.length < 2)
          .map((receipt) => [receipt.scope[0], receipt.reason]),
      );
      expect(reasons.get(closed.name)).toBe(
        `permission denied for database ${closed.name}; GRANT CONNECT ON DATABASE ${closed.name} TO ${role}`,
      );
      expect(reasons.get('absent')).toContain('has no database absent');
      expect(reasons.get(undefined), 'the list of containers itself').toContain('GRANT CONNECT');
    } finally {
      await other.drop();
      await closed.drop();
    }
  });

  test('all databases of a server can be crawled, without its templates', async () => {
    const session = await postgresConnector.open({ ...at().config, databases: 'all' }, soon());
    const { scopes } = await session.inspect(soon());
    expect(scopes.map(({ scope }) => scope[0])).toContain(at().name);
    expect(scopes.map(({ scope }) => scope[0])).not.toContain('template1');
  });
}

function failures(at: At, paused: Paused): void {
  test('an abort ends the statement on the server too', async () => {
    const controller = new AbortController();
    const link = await connect(at().config, at().name, controller.signal);
    const sleeping = (await link.begin()).rows('select pg_sleep(30)');
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await expect(sleeping).rejects.toThrow('enough');
    await expect
      .poll(
        async () =>
          (
            await at().client.query(
              `select from pg_stat_activity where query like '%pg_sleep(30)' and application_name = 'cadastre-crawler'`,
            )
          ).rowCount,
        { timeout: 60_000 },
      )
      .toBe(0);
    await link.close();
  });

  test('a connection that the server cuts in mid-crawl is a fault that says so', async () => {
    await at().run(
      'create schema brittle; create table brittle.a (id int); create table brittle.b (id int); create table brittle.c (id int)',
    );
    const crawl = paused('brittle');
    await crawl.first();
    await at().run(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cadastre-crawler' and datname = current_database()`,
    );
    await expect(crawl.rest()).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('cut the connection'),
    });
  });

  test('a server that never answers is given up after the time that the source allows', async () => {
    const silent = await silentServer();
    await expect(
      postgresConnector.open({ ...at().config, host: '127.0.0.1', port: silent.port, connectTimeoutMs: 200 }, soon()),
    ).rejects.toMatchObject({ message: expect.stringContaining('within 200 ms') });
    await silent.close();
  });

  test('a closed session refuses to crawl', async () => {
    const session = await postgresConnector.open(at().config, soon());
    await session.close();
    await expect(session.inspect(soon())).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
}
