import pg from 'pg';
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
 * What OpenLineage events cost over HTTP, with tokens, audit and history, beside COPY of as many rows as they make edges into a
 * table with the same indexes, in the same run: from one sender, from four at once, and from four that send each event by
 * itself, as most clients do. `npx tsx bench/openlineage.ts [jobs] [columns]`; BENCH_DATABASE_URL for PostgreSQL. The embedded
 * database has no COPY from a client; there it is a plain insert of sets.
 */
const jobs = Number(process.argv[2] ?? 200);
const columns = Number(process.argv[3] ?? 50);
const url = process.env['BENCH_DATABASE_URL'];
const BENCH_COLUMNS =
  'source_no, target_no, level, type, subtype, confidence, origin, evidence_key, evidence, recorded_from, last_seen_at';

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
const ways = [
  { what: '1 sender, 20 events a request', senders: 1, batch: 20 },
  { what: '4 senders, 20 events a request', senders: 4, batch: 20 },
  { what: '4 senders, 1 event a request', senders: 4, batch: 1 },
];
const rows: object[] = [];
for (const [i, way] of ways.entries()) {
  const events = (run: string): readonly object[] => Array.from({ length: jobs }, (_, n) => event(`${i}_${n}`, run));
  const before = await countEdges();
  const first = await timed(() => sendAll(events('first'), way));
  const edges = (await countEdges()) - before;
  const copy = await timed(() => copyRows(edges));
  const again = await timed(() => sendAll(events('first'), way));
  const next = await timed(() => sendAll(events('second'), way));
  const row = (what: string, seconds: number) => ({
    what,
    seconds: Number(seconds.toFixed(2)),
    'edges/s': Math.round(edges / seconds),
    'events/s': Math.round(jobs / seconds),
    'times COPY': Number((seconds / copy).toFixed(1)),
  });
  rows.push(
    row(`${url === undefined ? 'plain insert' : 'COPY'} of ${edges} rows`, copy),
    row(`${way.what}: ${jobs} new jobs of ${columns} columns`, first),
    row(`${way.what}: the same again`, again),
    row(`${way.what}: new runs that say the same`, next),
  );
}
await listener.close();
await db.close();
console.table(rows);

async function countEdges(): Promise<number> {
  const [row] = await db.query<{ edges: number }>('select count(*)::int as edges from catalog.lineage_edge');
  return row?.edges ?? 0;
}

function event(i: string, run: string): object {
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

/** Each sender waits for the answer before it sends the next request. */
async function sendAll(all: readonly object[], { senders, batch }: { senders: number; batch: number }): Promise<void> {
  const requests = Array.from({ length: Math.ceil(all.length / batch) }, (_, i) =>
    all.slice(i * batch, (i + 1) * batch),
  ).values();
  const sender = async (): Promise<void> => {
    for (const body of requests) await send(body);
  };
  await Promise.all(Array.from({ length: senders }, sender));
}

async function send(body: readonly object[]): Promise<void> {
  const response = await fetch(`${address}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(text);
}

/** As many edges, into a table with the same indexes. */
async function copyRows(count: number): Promise<void> {
  await db.query('create table bench_edge (like catalog.lineage_edge including all)');
  await (url === undefined ? insertRows(db, count) : copyInto(url, count));
  await db.query('drop table bench_edge');
}

async function copyInto(server: string, count: number): Promise<void> {
  const now = new Date().toISOString();
  const lines = Array.from({ length: count }, (_, no) =>
    [no, no + 1, 1, 'DIRECT', 'IDENTITY', 1, 'OPENLINEAGE', `bench/${Math.floor(no / columns)}`, '{}', now, now].join('\t'),
  );
  const client = new pg.Client(server);
  await client.connect();
  try {
    await new Promise<void>((resolve, reject) => {
      const copy = new pg.Query(`copy bench_edge (${BENCH_COLUMNS}) from stdin`);
      Object.assign(copy, {
        handleCopyInResponse: (connection: CopyConnection) => {
          connection.sendCopyFromChunk(Buffer.from(`${lines.join('\n')}\n`));
          connection.endCopyFrom();
        },
      });
      copy.once('end', () => resolve());
      copy.once('error', reject);
      client.query(copy);
    });
  } finally {
    await client.end();
  }
}

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

async function insertRows(into: Database, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    await into.query(
      `insert into bench_edge (${BENCH_COLUMNS})
       select no, no + 1, 1, 'DIRECT', 'IDENTITY', 1, 'OPENLINEAGE', $1, '{}', now(), now() from json_to_recordset($2) as r(no bigint)`,
      [`bench/${from}`, JSON.stringify(Array.from({ length: Math.min(1_000, count - from) }, (_, i) => ({ no: from + i })))],
    );
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
