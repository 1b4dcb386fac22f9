import { createLog } from '../kernel/log.ts';
import { createListener } from '../kernel/http/listener.ts';
import { Metrics } from '../kernel/http/metrics.ts';
import { mountRoutes } from '../kernel/http/mountRoutes.ts';
import type { Database } from '../kernel/db/database.ts';
import { migrate } from '../kernel/db/migrate.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import { newId } from '../kernel/ids.ts';
import { mintToken } from '../kernel/identity/token.ts';
import { packageRoot } from '../kernel/root.ts';
import { authenticated } from '../app/authenticated.ts';
import { ensureAdmin } from '../subgraphs/governance/index.ts';
import { ingestRoutes } from '../subgraphs/catalog/service/ingest/routes.ts';
import { testKernel } from '../test/support/catalog.ts';

/**
 * What OpenLineage events cost over HTTP, with tokens, audit and history, against a plain set-based insert of as many rows as
 * they make edges, in the same run. `npx tsx bench/openlineage.ts [jobs] [columns]`; BENCH_DATABASE_URL for PostgreSQL.
 */
const jobs = Number(process.argv[2] ?? 200);
const columns = Number(process.argv[3] ?? 50);
const BATCH = 20;
const url = process.env['BENCH_DATABASE_URL'];

const db = await openDatabase(url === undefined ? { memory: true } : { url });
await migrate(db, `${packageRoot}/migrations`);
const kernel = testKernel(db);
const { token } = mintToken('local', newId('key'));
await ensureAdmin(kernel, { token });
const log = createLog('silent');
const listener = createListener({ log, metrics: new Metrics(), corsOrigins: [] });
mountRoutes(listener, [{ routes: ingestRoutes(kernel) }], { contextOf: authenticated(kernel), log });
const address = await listener.listen({ port: 0, host: '127.0.0.1' });

const session = Date.now().toString(36);
const events = (run: string): readonly object[] => Array.from({ length: jobs }, (_, i) => event(i, run));
const first = await timed(() => sendAll(events('first')));
const [{ edges } = { edges: 0 }] = await db.query<{ edges: number }>('select count(*)::int as edges from catalog.lineage_edge');
const insert = await timed(() => insertRows(db, edges));
const again = await timed(() => sendAll(events('first')));
const next = await timed(() => sendAll(events('second')));
await listener.close();
await db.close();

const row = (what: string, rows: number, seconds: number) => ({
  what,
  seconds: Number(seconds.toFixed(2)),
  'edges/s': Math.round(rows / seconds),
  'events/s': Math.round(jobs / seconds),
  ratio: Number((seconds / insert).toFixed(1)),
});
console.table([
  row(`plain insert of ${edges} rows`, edges, insert),
  row(`${jobs} new jobs of ${columns} columns: ${edges} edges`, edges, first),
  row('the same events again', edges, again),
  row('new runs that say the same', edges, next),
]);

function event(i: number, run: string): object {
  const names = Array.from({ length: columns }, (_, n) => `column_${n}`);
  const dataset = (name: string) => ({ namespace: `postgres://${session}:5432`, name: `shop.public.${name}_${i}` });
  const schema = { fields: names.map((name) => ({ name, type: 'text' })) };
  const fields = Object.fromEntries(
    names.map((name) => [
      name,
      { inputFields: [{ ...dataset('raw'), field: name, transformations: [{ type: 'DIRECT', subtype: 'IDENTITY' }] }] },
    ]),
  );
  return {
    eventType: 'COMPLETE',
    eventTime: `2026-01-01T1${run === 'first' ? 0 : 1}:00:00Z`,
    producer: 'https://example.com/bench',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: { runId: `${run}-${i}` },
    job: { namespace: session, name: `job_${i}` },
    inputs: [{ ...dataset('raw'), facets: { schema } }],
    outputs: [{ ...dataset('mart'), facets: { schema, columnLineage: { fields } } }],
  };
}

async function sendAll(all: readonly object[]): Promise<void> {
  for (let from = 0; from < all.length; from += BATCH) {
    const response = await fetch(`${address}/api/v1/lineage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(all.slice(from, from + BATCH)),
    });
    if (response.status !== 201) throw new Error(await response.text());
  }
}

/** The same edges into a table with the same indexes, a thousand rows a statement. */
async function insertRows(into: Database, count: number): Promise<void> {
  await into.query('create table if not exists bench_edge (like catalog.lineage_edge including all)');
  for (let from = 0; from < count; from += 1_000) {
    await into.query(
      `insert into bench_edge (source_no, target_no, level, type, subtype, confidence, origin, evidence_key, evidence, recorded_from, last_seen_at)
       select no, no + 1, 1, 'DIRECT', 'IDENTITY', 1, 'OPENLINEAGE', $1, '{}', now(), now() from json_to_recordset($2) as r(no bigint)`,
      [`bench/${from}`, JSON.stringify(Array.from({ length: Math.min(1_000, count - from) }, (_, i) => ({ no: from + i })))],
    );
  }
  await into.query('drop table bench_edge');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
