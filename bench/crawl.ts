import { cpuUsage } from 'node:process';
import { migrate } from '../kernel/db/migrate.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import type { Database } from '../kernel/db/database.ts';
import { packageRoot } from '../kernel/root.ts';
import { testCatalog } from '../test/support/catalog.ts';
import { container, scriptedConnector, table } from '../test/support/scriptedConnector.ts';

/**
 * What a crawl costs, without the source: first crawl, and a second one of an unchanged source, against a bare COPY of as
 * many rows in the same run. `npx tsx bench/crawl.ts [tables] [columns]`; BENCH_DATABASE_URL for PostgreSQL instead of PGlite.
 */
const tables = Number(process.argv[2] ?? 2_000);
const columns = Number(process.argv[3] ?? 15);
const url = process.env['BENCH_DATABASE_URL'];

const db = await openDatabase(url === undefined ? { memory: true } : { url });
await migrate(db, `${packageRoot}/migrations`);
const names = Array.from({ length: columns }, (_, i) => `column_${i}`);
const records = Array.from({ length: tables }, (_, i) =>
  table(['shop', 'public', `table_${i}`], names, { description: `What table ${i} holds.` }),
);
const scopes = [
  { scope: [], records: [container('shop'), container('shop', 'public')] },
  { scope: ['shop', 'public'], records },
];
const catalog = await testCatalog(db, { script: scriptedConnector({ bench: { scopes } }) });
await catalog.addSource(`bench-${Date.now()}`, 'script://bench');
const { data } = await catalog.ask('{ sources(first: 500) { edges { node { name } } } }');
const source: string = data.sources.edges.at(-1).node.name;

const copied = await timed(() => insertRows(db, tables * (columns + 1)));
const first = await timed(() => catalog.crawl(source));
const second = await timed(() => catalog.crawl(source));
await catalog.subgraph.stop();
await db.close();

console.table([
  {
    what: `plain insert of ${tables * (columns + 1)} rows`,
    seconds: copied.wallSeconds,
    cpuSeconds: copied.cpuSeconds,
    ratio: 1,
  },
  {
    what: `first crawl: ${tables} tables of ${columns} columns`,
    seconds: first.wallSeconds,
    cpuSeconds: first.cpuSeconds,
    ratio: first.wallSeconds / copied.wallSeconds,
  },
  {
    what: 'second crawl, nothing changed',
    seconds: second.wallSeconds,
    cpuSeconds: second.cpuSeconds,
    ratio: second.wallSeconds / copied.wallSeconds,
  },
]);
console.log(JSON.stringify(first.result.counts), JSON.stringify(second.result.counts));

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; wallSeconds: number; cpuSeconds: number }> {
  const cpu = cpuUsage();
  const start = performance.now();
  const result = await work();
  const used = cpuUsage(cpu);
  return {
    result,
    wallSeconds: Math.round(performance.now() - start) / 1000,
    cpuSeconds: Math.round((used.user + used.system) / 1000) / 1000,
  };
}

/** The baseline: the same number of rows, set-based, into a table without anything around it. */
async function insertRows(into: Database, count: number): Promise<void> {
  await into.query('drop table if exists bench_rows');
  await into.query('create table bench_rows (no bigint primary key, name text, description text)');
  for (let from = 0; from < count; from += 1_000) {
    const rows = Array.from({ length: Math.min(1_000, count - from) }, (_, i) => ({
      no: from + i,
      name: `column_${i}`,
      description: 'text',
    }));
    await into.query(
      `insert into bench_rows select no, name, description from json_to_recordset($1) as r(no bigint, name text, description text)`,
      [JSON.stringify(rows)],
    );
  }
}
