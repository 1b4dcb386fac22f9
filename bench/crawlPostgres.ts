import { performance } from 'node:perf_hooks';
import type { Client } from 'pg';
import { postgresConnector } from '../connectors/postgres/connector.ts';
import { POSTGRES_WIRE, countingProxy } from '../test/conformance/countingProxy.ts';
import { temporaryDatabase } from '../test/conformance/postgresServer.ts';
import type { TemporaryDatabase } from '../test/conformance/postgresServer.ts';

/**
 * How much longer a crawl takes than to COPY the same catalog rows out of the same server.
 * `npx tsx bench/crawlPostgres.ts [tables]`
 */
const TABLES = Number(process.argv[2] ?? 5_000);
const COLUMNS = 12;
const TABLES_PER_TRANSACTION = 500;
const ROUNDS = 5;

/** The same rows that the crawl reads, without a word of interpretation. */
const BASELINE = [
  'pg_class where oid',
  'pg_attribute where attrelid',
  'pg_attrdef where adrelid',
  'pg_constraint where conrelid',
  'pg_index where indrelid',
  'pg_description where objoid',
].map(
  (from) =>
    `copy (select * from ${from} in (select oid from pg_class where relnamespace = 'wide_open'::regnamespace and relkind = 'r')) to stdout`,
);

async function build(database: TemporaryDatabase): Promise<void> {
  const columns = Array.from({ length: COLUMNS - 2 }, (_, n) => `c${n} varchar(${20 + n}) default 7`).join(', ');
  await database.run('create schema wide_open');
  for (let from = 0; from < TABLES; from += TABLES_PER_TRANSACTION) {
    await database.run(`do $$ begin for n in ${from}..${Math.min(from + TABLES_PER_TRANSACTION, TABLES) - 1} loop
      execute format('create table wide_open.t%s (id bigint primary key, parent bigint ${from === 0 ? '' : 'references wide_open.t0'}, ${columns})', n);
      execute format('create index on wide_open.t%s (c0, lower(c1))', n);
      execute format('comment on column wide_open.t%s.c0 is ''Column of table %s''', n, n);
    end loop; end $$`);
  }
  await database.run('vacuum');
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await task();
  return performance.now() - started;
}

async function copyAll(client: Client): Promise<void> {
  for (const statement of BASELINE) await client.query(statement);
}

async function crawlAll(
  database: TemporaryDatabase,
  port: number,
): Promise<{ records: number; listedMs: number; heapBytes: number }> {
  const session = await postgresConnector.open({ ...database.config, host: '127.0.0.1', port }, AbortSignal.timeout(60_000));
  const started = performance.now();
  let [records, listedMs, heapBytes] = [0, 0, 0];
  for await (const item of session.crawl({ skip: new Set(), signal: AbortSignal.timeout(300_000) })) {
    if (item.type === 'scope' && item.scope[1] === 'wide_open') listedMs = performance.now() - started;
    if (item.type === 'record') records += 1;
    if (records % 1_000 === 0) heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed);
  }
  await session.close();
  return { records, listedMs, heapBytes };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function main(): Promise<void> {
  const database = await temporaryDatabase();
  try {
    await build(database);
    const proxy = await countingProxy(database.config, POSTGRES_WIRE);
    const { host, port } = database.config;
    let seen = await crawlAll(database, proxy.port);
    const statements = proxy.statements();
    await proxy.close();
    const [copies, crawls]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      copies.push(await timed(() => copyAll(database.client)));
      crawls.push(await timed(async () => (seen = await crawlAll(database, port))));
    }
    console.table({
      tables: TABLES,
      columns: TABLES * COLUMNS,
      records: seen.records,
      statements,
      'COPY ms (median)': Math.round(median(copies)),
      'list ms (last)': Math.round(seen.listedMs),
      'crawl ms (median)': Math.round(median(crawls)),
      'crawl / COPY': Number((median(crawls) / median(copies)).toFixed(1)),
      'tables per second': Math.round((TABLES * 1_000) / median(crawls)),
      'heap MB (highest)': Math.round(seen.heapBytes / 1_048_576),
      server: host,
    });
  } finally {
    await database.drop();
  }
}

await main();
