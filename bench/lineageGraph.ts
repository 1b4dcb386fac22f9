import { migrate } from '../kernel/db/migrate.ts';
import { keepStatisticsFresh, refreshStatistics } from '../kernel/db/freshStatistics.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import type { Database } from '../kernel/db/database.ts';
import { packageRoot } from '../kernel/root.ts';
import { testCatalog, type TestCatalog } from '../test/support/catalog.ts';
import { scriptedConnector } from '../test/support/scriptedConnector.ts';
import { asOf, memory } from './lineageGraphIndex.ts';
import { closure, impact, neighbourhoods, type Bench } from './lineageGraphTasks.ts';
import { Meter, sum, total, type Cost } from './lineageGraphCosts.ts';
import { copyRows, crawlWarehouse, scriptOf, stateEvidence } from './lineageGraphLoad.ts';
import { Warehouse } from './lineageGraphModel.ts';
import { numbersByName } from './lineageGraphQueries.ts';

/**
 * Lineage of a large warehouse: loading it through the product's own writes, and asking for it, each beside a baseline.
 * `npx tsx bench/lineageGraph.ts [datasets] [edges]`; BENCH_DATABASE_URL for an empty PostgreSQL database instead of PGlite.
 * A database that already holds the warehouse is not loaded again.
 */
const [datasets = 2_000, edges = 20_000] = process.argv.slice(2).map(Number);
const SEED = 7;
const url = process.env['BENCH_DATABASE_URL'];

const warehouse = new Warehouse(datasets, edges, SEED);
const db = await openDatabase(url === undefined ? { memory: true } : { url });
await migrate(db, `${packageRoot}/migrations`);
const catalog = await testCatalog(db, { script: scriptedConnector({ [warehouse.script]: scriptOf(warehouse) }) });
const stopStatistics = keepStatisticsFresh(db, console.error);
const meter = new Meter(db);
try {
  if ((await countOf(db, `catalog.asset where kind = 'dataset'`)) === 0) await load(db, catalog);
  else console.log('The database is not empty: nothing is loaded.');
  const bench: Bench = { db, catalog, warehouse, meter, url, noOf: await numbersByName(db) };
  for (const task of [neighbourhoods, closure, impact, memory, asOf]) console.table(await task(bench));
  const where = meter.seesServer ? 'this process and the server' : db.engine === 'pglite' ? 'this process' : 'this process alone';
  console.log(`CPU is that of ${where}; Node ${process.version}, ${db.engine}.`);
} finally {
  await stopStatistics();
  await catalog.subgraph.stop();
  await db.close();
}

async function load(into: Database, through: TestCatalog): Promise<void> {
  const derived = Array.from({ length: datasets - warehouse.firstDerived }, (_, i) => warehouse.firstDerived + i);
  const crawl = (await meter.measure(() => crawlWarehouse(through, warehouse))).cost;
  const evidence = (await meter.measure(() => stateEvidence(into, warehouse, derived))).cost;
  const statistics = (await meter.measure(() => refreshStatistics(into))).cost;
  await stopStatistics();
  const copied = await meter.measure(() => copyRows(into, url));
  const all = sum([crawl, evidence, statistics]);
  const [size] = await into.query<{ mb: number }>('select pg_database_size(current_database())::float8 / 1048576 as mb');
  const count = await countOf(into, `catalog.lineage_edge where recorded_to = 'infinity'`);
  const line = (what: string, cost: Cost) => ({
    what,
    'wall s': Math.round(cost.wall / 100) / 10,
    'CPU s here': Math.round(cost.here / 100) / 10,
    'wall / baseline': Math.round((10 * cost.wall) / copied.cost.wall) / 10,
  });
  console.table([
    line(`baseline: ${copied.result} of the same assets, columns and edges, same indexes`, copied.cost),
    line(`crawl of ${datasets} datasets: assets, columns, history, audit, search`, crawl),
    line(`evidence of ${derived.length} models: ${count} edges, audit`, evidence),
    line('all, with statistics', all),
  ]);
  console.log(`${Math.round(size?.mb ?? 0)} MB in the database; ${Math.round(total(all) / 1_000)} CPU s at least.`);
}

async function countOf(of: Database, what: string): Promise<number> {
  const [row] = await of.query<{ count: number }>(`select count(*)::int as count from ${what}`);
  return row?.count ?? 0;
}
