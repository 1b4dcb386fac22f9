import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CrawlItem } from '../../connectors/connector.ts';
import type { MysqlConfig } from '../../connectors/mysql/config.ts';
import { mysqlConnector } from '../../connectors/mysql/connector.ts';
import { crawl } from '../../connectors/mysql/crawl.ts';
import { connect } from '../../connectors/mysql/link.ts';
import { crawlAll, receiptsOf, recordAt, recordsOf } from './crawling.ts';
import { NO_MYSQL, hasMysql, temporaryDatabases } from './mysqlServer.ts';
import type { TemporaryDatabases } from './mysqlServer.ts';

const soon = (): AbortSignal => AbortSignal.timeout(60_000);

type At = () => TemporaryDatabases;
type Crawled = (names: readonly string[], change?: Partial<MysqlConfig>) => Promise<readonly CrawlItem[]>;

/** What only MySQL and MariaDB promise, beyond the contract of all connectors. */
describe.skipIf(!(await hasMysql()))(`mysql crawl (skipped when ${NO_MYSQL})`, () => {
  let databases: TemporaryDatabases;
  beforeAll(async () => {
    databases = await temporaryDatabases();
  });
  afterAll(() => databases.drop());

  const crawled: Crawled = async (names, change = {}) => {
    const session = await mysqlConnector.open(
      { ...databases.config, databases: { include: [...names], exclude: [] }, ...change },
      soon(),
    );
    return crawlAll(session).finally(() => session.close());
  };

  describe('a part of a server', () => parts(() => databases, crawled));
  describe('a difficult database', () => difficulties(() => databases, crawled));
  describe('a failing server', () => failures(() => databases));
});

function parts(at: At, crawled: Crawled): void {
  test('with rights on single tables only these come, and the receipt says what to grant', async () => {
    const name = await at().database('some');
    const user = await at().account('pw');
    await at().run(
      `create table ${name}.a (id int, b int); create table ${name}.c (id int); grant select (id) on ${name}.a to ${user}@'%'`,
    );
    const items = await crawled([name], { user, password: 'pw' });
    expect(recordsOf(items).map((record) => record.path)).toEqual([[name], [name, 'a']]);
    expect(recordAt(items, [name, 'a'])).toMatchObject({ columns: [{ name: 'id' }] });
    expect(receiptsOf(items)).toMatchObject([
      { scope: [], complete: true },
      {
        scope: [name],
        complete: false,
        reason: expect.stringContaining(`GRANT SELECT, SHOW VIEW ON \`${name}\`.* TO '${user}'@'%'`),
      },
    ]);
  });

  test('a database that cannot be seen leaves the list of databases incomplete, because it may only be hidden', async () => {
    const seen = await at().database('seen');
    const hidden = await at().database('unseen');
    const user = await at().account('pw');
    await at().run(`grant select on ${seen}.* to ${user}@'%'`);
    const [root, first] = receiptsOf(await crawled([seen, hidden], { user, password: 'pw' }));
    expect(root).toMatchObject({ scope: [], complete: false, reason: expect.stringContaining(hidden) });
    expect(first).toMatchObject({ scope: [seen], complete: true });
    expect(receiptsOf(await crawled([`${at().prefix}s*`], { user, password: 'pw' }))[0]).toMatchObject({ complete: false });
  });

  test('a view whose query is hidden from the crawler says which grant shows it', async () => {
    const name = await at().database('veiled');
    const user = await at().account('pw');
    await at().run(`create view ${name}.v as select 1 as one; grant select on ${name}.* to ${user}@'%'`);
    expect(recordAt(await crawled([name], { user, password: 'pw' }), [name, 'v'])).toMatchObject({
      definition: null,
      problem: expect.stringContaining('SHOW VIEW'),
      columns: [{ name: 'one' }],
    });
  });

  test('the engine is named with its version, and with its rule for names where that is not the usual one', async () => {
    const session = await mysqlConnector.open(at().config, soon());
    const [rows] = await at().connection.query('select version() as version, @@lower_case_table_names as folding');
    const [{ version, folding }] = rows as [{ version: string; folding: number }];
    const rule = folding === 0 ? '' : ` (lower_case_table_names=${folding})`;
    expect(session.engine).toBe(`${version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${/[\d.]+/.exec(version)?.[0]}${rule}`);
    await session.close();
  });

  test('grants come from databases, tables and columns', async () => {
    const name = await at().database('given');
    const user = await at().account('pw');
    await at().run(`create table ${name}.t (mail int); grant insert on ${name}.* to ${user}@'%' with grant option;
      grant select (mail), update on ${name}.t to ${user}@'%'`);
    const items = await crawled([name]);
    const grantee = `'${user}'@'%'`;
    expect(recordAt(items, [name])).toMatchObject({ grants: [{ grantee, privilege: 'INSERT', grantable: true }] });
    expect(recordAt(items, [name, 't'])).toMatchObject({
      grants: [
        { grantee, privilege: 'SELECT (mail)', grantable: false },
        { grantee, privilege: 'UPDATE', grantable: false },
      ],
    });
  });
}

function difficulties(at: At, crawled: Crawled): void {
  test('what is dropped after it was listed is left out, and the rest of the database comes', async () => {
    const name = await at().database('moving');
    await at().run(['a', 'b', 'c', 'd'].map((table) => `create table ${name}.${table} (id int)`).join(';'));
    const config = { ...at().config, databases: { include: [name], exclude: [] } };
    const items = crawl({ config, connect: (signal) => connect(config, signal) }, { skip: new Set(['']), signal: soon() }, 1);
    await items.next();
    await items.next();
    await at().run(`drop table ${name}.c`);
    const rest: CrawlItem[] = [];
    for await (const item of items) rest.push(item);
    expect(recordsOf(rest).map((record) => record.path[1])).toEqual(['b', 'd']);
    expect(receiptsOf(rest)).toMatchObject([{ complete: true }]);
  });

  test('a table that somebody holds locked delays nothing', async () => {
    const name = await at().database('held');
    await at().run(`create table ${name}.a (id int); lock tables ${name}.a write`);
    try {
      const started = performance.now();
      expect(recordAt(await crawled([name]), [name, 'a'])).toMatchObject({ columns: [{ name: 'id' }] });
      expect(performance.now() - started).toBeLessThan(4_500);
    } finally {
      await at().run('unlock tables');
    }
  });

  test('partitions are part of their table, and their rows and bytes are its', async () => {
    const name = await at().database('parted');
    await at()
      .run(`create table ${name}.sale (id int, y int) partition by range (y) (partition p0 values less than (10), partition p1 values less than maxvalue);
      insert into ${name}.sale values (1, 1), (2, 20), (3, 30); analyze table ${name}.sale`);
    expect(recordsOf(await crawled([name])).slice(1)).toMatchObject([
      { subtype: 'PARTITIONED_TABLE', statistics: { rowCountEstimate: 3, sizeBytes: 32_768 } },
    ]);
  });

  test('defaults, generated columns, checks and full-text indexes come as the engine prints them', async () => {
    const name = await at().database('kinds');
    await at()
      .run(`create table ${name}.t (id int auto_increment primary key, at datetime default current_timestamp on update current_timestamp,
      n int default null, s enum('a', 'it''s') default 'it''s', v int as (n + 1) virtual, w text, check (n > 0), fulltext key words (w))`);
    const record = recordAt(await crawled([name]), [name, 't']);
    expect(record).toMatchObject({
      columns: [
        { name: 'id', defaultValue: 'auto_increment' },
        { name: 'at', defaultValue: expect.stringMatching(/current_timestamp/i) },
        { name: 'n', defaultValue: null },
        { name: 's', defaultValue: `'it''s'`, nativeType: `enum('a','it''s')` },
        { name: 'v', defaultValue: null, generatedAs: expect.stringContaining('`n` + 1') },
        { name: 'w' },
      ],
      checks: [{ expression: expect.stringContaining('`n` > 0') }],
      indexes: [
        { name: 'PRIMARY', unique: true },
        { name: 'words', method: 'fulltext', unique: false },
      ],
    });
  });

  test('sequences are no tables, and a table that keeps its history is one', async ({ skip }) => {
    const [rows] = await at().connection.query('select version() as version');
    if (!JSON.stringify(rows).includes('MariaDB')) return skip('only MariaDB has them');
    const name = await at().database('seq');
    await at().run(`create sequence ${name}.s; create table ${name}.h (id int) with system versioning`);
    expect(recordsOf(await crawled([name])).map((record) => record.path[1])).toEqual([undefined, 'h']);
  });
}

function failures(at: At): void {
  test('an abort ends the statement on the server too', async () => {
    const controller = new AbortController();
    const link = await connect(at().config, controller.signal);
    const sleeping = link.rows('select sleep(30) as cadastre_sleeps');
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await expect(sleeping).rejects.toThrow('enough');
    const running = async () => {
      const [rows] = await at().connection.query(
        `select ID from information_schema.PROCESSLIST where INFO like 'select sleep(30) as cadastre%'`,
      );
      return rows;
    };
    await expect.poll(running, { timeout: 25_000 }).toEqual([]);
    await link.close();
  });

  test('a statement that takes too long is ended by the server, and the connection goes on', async () => {
    const link = await connect({ ...at().config, statementTimeoutMs: 200 }, soon());
    await expect(
      link.rows('select count(*) from information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c'),
    ).rejects.toThrow(/max_statement_time|maximum statement execution time/);
    expect(await link.rows('select 1 as one')).toEqual([{ one: 1 }]);
    await link.close();
  });

  test('a connection that the server cuts in mid-crawl is a fault that says so', async () => {
    const name = await at().database('brittle');
    // More than is read ahead of who takes it.
    const tables = Array.from({ length: 60 }, (_, i) => `create table ${name}.t${i} (id int)`);
    await at().run(tables.join(';'));
    const user = await at().account('pw');
    await at().run(`grant select on ${name}.* to ${user}@'%'`);
    const config = { ...at().config, user, password: 'pw', databases: { include: [name], exclude: [] } };
    const items = crawl({ config, connect: (signal) => connect(config, signal) }, { skip: new Set(['']), signal: soon() }, 1);
    await items.next();
    const [rows] = await at().connection.query('select ID as id from information_schema.PROCESSLIST where USER = ?', [user]);
    for (const { id } of rows as { id: number }[]) await at().run(`kill ${id}`);
    const rest = async () => {
      for await (const item of items) expect(item.type).toBe('record');
    };
    await expect(rest()).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringContaining('cut the connection'),
    });
  });

  test('a closed session refuses to crawl', async () => {
    const session = await mysqlConnector.open(at().config, soon());
    await session.close();
    await expect(session.inspect(soon())).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
}
