import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryItem, QueryRecord } from '../../connectors/connector.ts';
import { mysqlConfig, type MysqlConfig } from '../../connectors/mysql/config.ts';
import { mysqlConnector } from '../../connectors/mysql/connector.ts';
import { withoutLiterals } from '../../subgraphs/catalog/domain/lineage/statementText.ts';
import { analyzeNow } from '../../lineage/analyze.ts';
import { mariadbProgram, ownMariadb, type OwnServer } from './ownServer.ts';

const program = mariadbProgram();
const NO_PROGRAM = 'no mariadbd is installed, or no user to run it as';
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** MariaDB has its performance schema off unless it was started with it, so these tests start a server of their own. */
describe.skipIf(program === null)(`statements of MariaDB (skipped when ${NO_PROGRAM})`, () => {
  const servers: OwnServer[] = [];
  let shop: Connection;
  const start = async (...options: readonly string[]): Promise<OwnServer> => {
    const server = await ownMariadb(program ?? '', options);
    servers.push(server);
    return server;
  };
  beforeAll(async () => {
    const { port } = await start(
      '--performance-schema=ON',
      '--max-digest-length=512',
      '--performance-schema-max-digest-length=512',
    );
    shop = await createConnection({ host: '127.0.0.1', port, user: 'root', multipleStatements: true });
    await shop.query(`create database shop; create database other; use shop;
      create table orders (id int, amount int); create table totals (id int, total int); create user crawler@'%';
      grant select, show view on shop.* to crawler@'%'; grant select on other.* to crawler@'%'`);
  }, 180_000);
  afterAll(async () => {
    await shop?.end();
    for (const server of servers) await server.stop();
  });

  const config = (more: Partial<MysqlConfig> = {}, port = servers[0]?.port): MysqlConfig =>
    mysqlConfig.parse({ host: '127.0.0.1', port, user: 'root', databases: { include: ['shop'] }, ...more });
  const read = async (settings: MysqlConfig, limit = 5_000) => {
    const session = await mysqlConnector.open(settings, soon());
    try {
      const items: QueryItem[] = [];
      for await (const item of session.queries?.({ limit, signal: soon() }) ?? []) items.push(item);
      const last = items.at(-1);
      if (last?.type !== 'receipt') throw new Error('the last item is no receipt');
      const records = items.flatMap((item) => (item.type === 'query' ? [item.record] : []));
      return { records, receipt: last, queries: (await session.inspect(soon())).queries };
    } finally {
      await session.close();
    }
  };
  const find = (records: readonly QueryRecord[], part: string): QueryRecord | undefined =>
    records.find(({ text }) => text.toLowerCase().includes(part));

  test('statements come without literals, with counters, their default database and when they ran', async () => {
    for (const low of [1, 2, 3])
      await shop.query(
        `insert into totals (id, total) select id, sum(amount) from orders where amount > ${low} and id in (4, 5, 6) group by id`,
      );
    await shop.query(`use other; create table shop.made as select id from shop.orders where amount = 77; use shop`);
    const { records, receipt } = await read(config());
    const sums = find(records, 'sum');
    expect(sums).toMatchObject({ database: null, schemas: ['shop'], calls: 3, rows: 0, totalMs: expect.any(Number) });
    expect(Date.parse(sums?.lastSeenAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(Date.parse(sums?.firstSeenAt ?? '')).toBeLessThanOrEqual(Date.parse(sums?.lastSeenAt ?? ''));
    expect(records.map(({ text }) => text).join()).not.toContain('77');
    expect(find(records, 'made'), 'its default database is not crawled').toBeUndefined();
    expect(receipt).toMatchObject({ readable: true, withheld: 0, notes: [] });
  });

  test('what the engine prints can be read: lists, functions, updates of joins, replacing, values by the row', async () => {
    const statements = `insert into orders values (1, 2), (3, 4), (5, 6);
      insert into totals select id, coalesce(max(amount), 0) from orders where id in (1, 2, 3) or amount between 5 and 6 group by id order by id limit 5, 10;
      replace into totals select id, if(amount > 3, count(*), 0) from orders group by id;
      update totals t join orders o on o.id = t.id set t.total = o.amount where o.amount not in (1, 2);
      insert into totals (id, total) select id, amount from orders on duplicate key update total = values(total) + 1;
      delete t from totals t join orders o on o.id = t.id where o.amount = 99;
      with big as (select * from orders where amount > 100) select count(*) from big`;
    for (const statement of statements.split(';')) await shop.query(statement);
    const { records } = await read(config());
    const schema = [
      ['orders', ['id', 'amount']],
      ['totals', ['id', 'total']],
    ] as const;
    const read7 = records.map(({ text }) => {
      const sql = withoutLiterals(text) ?? 'not safe';
      const { problems, statements } = analyzeNow({ dialect: 'mysql', sql, schema });
      return { sql, problems, flows: statements.flatMap(({ edges }) => edges).length };
    });
    expect(read7.flatMap(({ sql, problems }) => problems.map(({ message }) => `${sql}: ${message}`))).toEqual([]);
    const flows = (part: string): number | undefined => read7.find(({ sql }) => sql.toLowerCase().includes(part))?.flows;
    expect(flows('coalesce')).toBe(2);
    expect(flows('replace into')).toBeGreaterThanOrEqual(2);
    expect(flows('on duplicate key')).toBeGreaterThanOrEqual(2);
    expect(flows('update `totals`')).toBe(1);
  });

  test('statements that are of no use never leave the server', async () => {
    await shop.query(`create user somebody identified by 'hunter2'; set @a = 'hunter2'; create table plain (a int)`);
    const { records } = await read(config());
    for (const part of ['hunter2', 'somebody', 'plain', 'set @']) expect(find(records, part)).toBeUndefined();
  });

  test('of statements that were sent together only the first is told, and the others are counted', async () => {
    await shop.query(
      'insert into totals (total) select 3 * amount from orders; delete from orders where id = 12; select 1 from totals',
    );
    const { records, receipt } = await read(config());
    expect(records.filter(({ text }) => text.includes('`total` ) SELECT ? *'))).toMatchObject([{ calls: 1 }]);
    expect(receipt).toMatchObject({ withheld: 2, notes: [expect.stringContaining('sent together')] });
  });

  test('a statement that the engine cut off is counted, and the note says how to see it', async () => {
    const columns = Array.from({ length: 200 }, (_, n) => `amount as a${n}`).join(', ');
    await shop.query(`insert into totals select id, a1 from (select id, ${columns} from orders) x`);
    const { receipt } = await read(config());
    expect(receipt).toMatchObject({
      withheld: 3,
      notes: [expect.stringContaining('1 statements are cut off; raise max_digest_length'), expect.anything()],
    });
  });

  test('what may write comes first, and what is beyond the limit is counted', async () => {
    for (let i = 0; i < 20; i += 1) await shop.query('select id from orders');
    const all = await read(config());
    const few = await read(config(), 2);
    expect(few.records).toHaveLength(2);
    expect(few.receipt.beyond).toBe(all.records.length + all.receipt.withheld - 2);
    expect(few.records.every(({ text }) => !text.toLowerCase().startsWith('select'))).toBe(true);
  });

  test('a crawler without the right is told what to grant', async () => {
    const { records, receipt, queries } = await read(config({ user: 'crawler' }));
    expect(records).toEqual([]);
    expect(receipt).toMatchObject({
      readable: false,
      notes: [expect.stringContaining(`GRANT SELECT ON performance_schema.events_statements_summary_by_digest TO 'crawler'@'%'`)],
    });
    expect(queries).toEqual({ readable: false, reason: receipt.notes[0] });
    await shop.query(`grant select on performance_schema.events_statements_summary_by_digest to 'crawler'@'%'`);
    expect((await read(config({ user: 'crawler' }))).records.length).toBeGreaterThan(3);
  });

  test('a server without a performance schema says how to turn it on', async () => {
    const { port } = await start('--performance-schema=OFF');
    const { receipt, queries } = await read(config({ databases: { include: null, exclude: [] } }, port));
    expect(receipt).toMatchObject({ readable: false, notes: [expect.stringContaining('performance_schema = ON')] });
    expect(queries?.readable).toBe(false);
  });
});
