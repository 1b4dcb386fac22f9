import { expect, test } from 'vitest';
import { postgresConnector } from '../../connectors/postgres/connector.ts';
import { POSTGRES_WIRE, countingProxy } from './countingProxy.ts';
import { NO_POSTGRES, hasPostgres, temporaryDatabase } from './postgresServer.ts';

const TABLES = 5_000;
const TABLES_PER_TRANSACTION = 500;
/** Connecting and surveying, then listing, then a dozen statements for each page of a thousand. */
const STATEMENTS_MAX = 20 + 12 * (TABLES / 1_000);
const HEAP_GROWTH_MAX_BYTES = 150 * 1_048_576;

test.skipIf(!(await hasPostgres()))(
  `five thousand tables take a dozen statements a thousand and little memory (skipped when ${NO_POSTGRES})`,
  async () => {
    const database = await temporaryDatabase();
    const proxy = await countingProxy(database.config, POSTGRES_WIRE);
    try {
      for (let from = 0; from < TABLES; from += TABLES_PER_TRANSACTION) {
        await database.run(`do $$ begin for n in ${from}..${from + TABLES_PER_TRANSACTION - 1} loop
        execute format('create table public.t%s (id int primary key, a text default ''x'', b numeric(10, 2))', n); end loop; end $$`);
      }
      const session = await postgresConnector.open(
        { ...database.config, host: '127.0.0.1', port: proxy.port },
        AbortSignal.timeout(60_000),
      );
      const before = process.memoryUsage().heapUsed;
      let [records, heapBytes] = [0, 0];
      for await (const item of session.crawl({ skip: new Set(), signal: AbortSignal.timeout(60_000) })) {
        if (item.type === 'record' && item.record.kind === 'dataset') records += 1;
        if (records % 500 === 0) heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed - before);
      }
      await session.close();
      expect(records).toBe(TABLES);
      expect(proxy.statements()).toBeLessThanOrEqual(STATEMENTS_MAX);
      expect(heapBytes).toBeLessThan(HEAP_GROWTH_MAX_BYTES);
    } finally {
      await proxy.close();
      await database.drop();
    }
  },
  300_000,
);
