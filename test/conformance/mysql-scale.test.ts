import { expect, test } from 'vitest';
import { crawl } from '../../connectors/mysql/crawl.ts';
import { connect } from '../../connectors/mysql/link.ts';
import { MYSQL_WIRE, countingProxy } from './countingProxy.ts';
import { NO_MYSQL, hasMysql, temporaryDatabases } from './mysqlServer.ts';

const TABLES = 101;
const TABLES_PER_PAGE = 10;
/** Connecting and surveying, then listing, then eight statements for each page. */
const STATEMENTS_MAX = 8 + 8 * Math.ceil(TABLES / TABLES_PER_PAGE);

test.skipIf(!(await hasMysql()))(
  `many tables take eight statements a page (skipped when ${NO_MYSQL})`,
  async () => {
    const databases = await temporaryDatabases();
    const proxy = await countingProxy(databases.config, MYSQL_WIRE);
    try {
      const name = await databases.database('scale');
      await databases.run(
        Array.from({ length: TABLES }, (_, n) => `create table ${name}.t${n} (id int primary key, a varchar(20))`).join(';'),
      );
      const config = { ...databases.config, host: '127.0.0.1', port: proxy.port };
      const source = { config, connect: (signal: AbortSignal) => connect(config, signal) };
      const seen = new Set<string>();
      for await (const item of crawl(source, { skip: new Set(), signal: AbortSignal.timeout(60_000) }, TABLES_PER_PAGE)) {
        if (item.type === 'record' && item.record.kind === 'dataset') seen.add(item.record.path[1] ?? '');
      }
      expect(seen.size).toBe(TABLES);
      expect(proxy.statements()).toBeLessThanOrEqual(STATEMENTS_MAX);
    } finally {
      await proxy.close();
      await databases.drop();
    }
  },
  120_000,
);
