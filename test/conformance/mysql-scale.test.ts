import { expect, test } from 'vitest';
import { mysqlConnector } from '../../connectors/mysql/connector.ts';
import { MYSQL_WIRE, countingProxy } from './counting-proxy.ts';
import { NO_MYSQL, hasMysql, temporaryDatabases } from './mysql-server.ts';

const TABLES = 1_001;
const TABLES_PER_PAGE = 500;
/** Connecting and surveying, then listing, then eight statements for each page. */
const STATEMENTS_MAX = 20 + 8 * Math.ceil(TABLES / TABLES_PER_PAGE);

test.skipIf(!(await hasMysql()))(
  `a thousand tables take eight statements a page (skipped when ${NO_MYSQL})`,
  async () => {
    const databases = await temporaryDatabases();
    const proxy = await countingProxy(databases.config, MYSQL_WIRE);
    try {
      const name = await databases.database('scale');
      const statements = Array.from(
        { length: TABLES },
        (_, n) => `create table ${name}.t${n} (id int primary key, a varchar(20))`,
      );
      for (let from = 0; from < TABLES; from += 250) await databases.run(statements.slice(from, from + 250).join(';'));
      const session = await mysqlConnector.open(
        { ...databases.config, host: '127.0.0.1', port: proxy.port },
        AbortSignal.timeout(10_000),
      );
      const seen = new Set<string>();
      for await (const item of session.crawl({ skip: new Set(), signal: AbortSignal.timeout(60_000) })) {
        if (item.type === 'record' && item.record.kind === 'dataset') seen.add(item.record.path[1] ?? '');
      }
      await session.close();
      expect(seen.size).toBe(TABLES);
      expect(proxy.statements()).toBeLessThanOrEqual(STATEMENTS_MAX);
    } finally {
      await proxy.close();
      await databases.drop();
    }
  },
  120_000,
);
