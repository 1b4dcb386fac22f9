import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlConnector } from '../../connectors/mysql/connector.ts';
import type { Database } from '../../kernel/db/database.ts';
import { mariadbProgram, ownMariadb, type OwnServer } from '../conformance/ownServer.ts';
import { testCatalog, type TestCatalog } from '../support/catalog.ts';
import { describeOnEngines } from './engines.ts';

const program = mariadbProgram();

/** MariaDB prints statements in its own words: these tests show that they are still the statements that ran. */
describe.skipIf(program === null)('with MariaDB (skipped when no mariadbd is installed)', () => {
  let server: OwnServer;
  let shop: Connection;
  beforeAll(async () => {
    server = await ownMariadb(program ?? '', ['--performance-schema=ON']);
    shop = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    for (const statement of [
      'create database shop',
      'use shop',
      'create table events (id int, name text, amount int)',
      'create table totals (id int, total int, note text)',
      'insert into totals (id, total) select id, sum(amount) from events where name in (1, 2) group by id',
      'update totals t join events e on e.id = t.id set t.note = e.name',
    ])
      await shop.query(statement);
  });
  afterAll(async () => {
    await shop?.end();
    await server?.stop();
  });

  describeOnEngines('the lineage of queries', (open) => {
    let db: Database;
    let catalog: TestCatalog;
    beforeAll(async () => {
      db = await open();
      catalog = await testCatalog(db, { mysql: mysqlConnector });
      await catalog.addSource('shop', `mysql://root@127.0.0.1:${server.port}/shop`);
      expect(await catalog.crawl('shop')).toMatchObject({ state: 'SUCCEEDED' });
    });
    afterAll(() => catalog.subgraph.stop());

    const upstream = async (column: string): Promise<readonly string[]> => {
      const { data } = await catalog.ask(
        `query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM, depth: 1, indirect: false) { edges { origin subtype source { name } } } } }`,
        { urn: `urn:cadastre:column:mysql://127.0.0.1:${server.port},shop.totals,${column}` },
      );
      return data.column.lineage.edges.map(
        ({ origin, subtype, source }: { origin: string; subtype: string; source: { name: string } }) =>
          `${origin} ${source.name} ${subtype}`,
      );
    };

    it('finds tables and columns whose names are keywords, and columns that an UPDATE names by their alias', async () => {
      expect(await upstream('id')).toEqual(['QUERY id IDENTITY']);
      expect(await upstream('total')).toEqual(['QUERY amount AGGREGATION']);
      expect(await upstream('note')).toEqual(['QUERY name IDENTITY']);
    });
  });
});
