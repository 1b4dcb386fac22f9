import { performance } from 'node:perf_hooks';
import { compose, follow } from '../kernel/audit/compose.ts';
import { originOf, record } from '../kernel/audit/record.ts';
import { headOf, waiting } from '../kernel/audit/ledger/ledger.ts';
import { openLog } from '../kernel/audit/ledger/openLog.ts';
import { appendBatch, LOG_LEASE, startSequencer } from '../kernel/audit/ledger/sequencer.ts';
import type { Digest } from '../kernel/canonical.ts';
import type { Database, Tx } from '../kernel/db/database.ts';
import { migrate } from '../kernel/db/migrate.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import { internalRequest } from '../kernel/identity/internal.ts';
import { createLog } from '../kernel/log.ts';
import { decide } from '../kernel/policy/decision.ts';
import { packageRoot } from '../kernel/root.ts';
import { crawledForDescribing } from './auditDescribe.ts';
import { median, type Rate, rateOf } from './auditRates.ts';

/**
 * What the audit log costs: the same transaction from 16 connections without audit, with it (event, message, queue, sequencer
 * running), and with a chain of hashes whose head every writer locks, in turns in the same run; what of a write of the product is
 * audit; and how fast a queue of a million events goes into the log that nobody has analysed.
 * A disk that confirms at once measures processors only. So the same is measured with commits that take a while, as on a disk of a
 * network or with a synchronous replica: `commit_delay` makes PostgreSQL wait before it writes, and all who commit meanwhile share it.
 * `BENCH_DATABASE_URL=… npx tsx bench/audit.ts [events]`; an empty database, and the right to set `commit_delay`.
 */
const EVENTS = Number(process.argv[2] ?? 1_000_000);
const url = process.env['BENCH_DATABASE_URL'];
if (url === undefined)
  throw new Error('BENCH_DATABASE_URL: an empty PostgreSQL database. Example: postgres://postgres@127.0.0.1:5432/bench');

const WRITERS = 16;
/** Many short turns, so that what else the machine does meets all ways alike. */
const ROUND_MS = 1_500;
const ROUNDS = 10;
const THINGS = 10_000;
/** What PostgreSQL waits at each commit. */
const COMMITS_MS = [0, 5];
const RATIO_MIN = { ofPlain: 0.6, ofChain: 5 };
const signingKey = Buffer.alloc(32, 1);
const settings = { origin: 'bench.example/audit', signingKey };
const request = internalRequest('bench');
const origin = originOf(request, decide(request, 'catalog.crawl'));

const db = await openDatabase({ url });
try {
  await migrate(db, `${packageRoot}/migrations`);
  await db.query('create table public.thing (id int primary key, note text not null)');
  await db.query(`insert into public.thing select n, '' from generate_series(1, $1::int) n`, [THINGS]);
  await db.query('create table public.chain_head (id int primary key, version int not null, digest text)');
  await db.query('insert into public.chain_head values (1, 0, null)');
  await db.query('create table public.chain (version int primary key, digest text not null, body text not null)');
  for (const ms of COMMITS_MS) await withCommitsOf(ms, url, (pools) => throughput(ms, pools));
  await describing();
  await sequencing();
} finally {
  await db.close();
}

/** One pool has fewer connections than there are writers. */
async function withCommitsOf(ms: number, address: string, work: (pools: readonly Database[]) => Promise<void>): Promise<void> {
  const setDelay = async (us: number): Promise<void> => {
    const [row] = await db.query<{ name: string }>('select quote_ident(current_database()) as name');
    await db.query(`alter database ${row?.name} set commit_delay = ${us}`);
    await db.query(`alter database ${row?.name} set commit_siblings = 0`);
  };
  await setDelay(ms * 1_000);
  const pools = await Promise.all([openDatabase({ url: address }), openDatabase({ url: address })]);
  try {
    await work(pools);
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
    await setDelay(0);
  }
}

type Way = (tx: Tx, id: number, note: string) => Promise<unknown>;

async function throughput(commitMs: number, pools: readonly Database[]): Promise<void> {
  const [first = db] = pools;
  const rate = (way: Way): Promise<Rate> =>
    rateOf(first, WRITERS, ROUND_MS, (writer, n) => {
      const pool = pools[writer % pools.length] ?? first;
      return pool.transaction((tx) => way(tx, thingOf(writer, n), `${writer} ${n}`));
    });
  const plain: Way = (tx, id, note) => tx.query('update public.thing set note = $2 where id = $1', [id, note], 'bench_thing');
  const ways = {
    plain,
    audited: async (tx, id, note) => {
      await plain(tx, id, note);
      await record(tx, origin, [happening(id)]);
    },
    chain: async (tx, id, note) => {
      await plain(tx, id, note);
      await chain(tx, id);
    },
    // All events of one thing: the chain that the product itself has.
    oneThing: async (tx, id, note) => {
      await plain(tx, id, note);
      await record(tx, origin, [{ ...happening(id), aggregateId: 'one thing' }]);
    },
  } satisfies Record<string, Way>;
  const rates: Record<keyof typeof ways, Rate[]> = { plain: [], audited: [], chain: [], oneThing: [] };
  await sequenced(first, () => rate(ways.audited));
  for (let round = 0; round < ROUNDS; round++) {
    rates.plain.push(await rate(ways.plain));
    rates.audited.push(await sequenced(first, () => rate(ways.audited)));
    rates.chain.push(await rate(ways.chain));
    rates.oneThing.push(await sequenced(first, () => rate(ways.oneThing)));
  }
  console.log(commitMs === 0 ? 'commits as fast as the disk:' : `commits that take ${commitMs} ms more:`);
  for (const [way, list] of Object.entries(rates)) say(way, list);
  const [ofPlain, ofChain] = [rates.plain, rates.chain].map((base) => ratios(rates.audited, base));
  console.log(`audited / plain ${spread(ofPlain)}, audited / chain ${spread(ofChain)}`);
  console.log(`oneThing / chain ${spread(ratios(rates.oneThing, rates.chain))}`);
  console.log(`CPU of plain / CPU of audited ${(cpuOf(rates.plain) / cpuOf(rates.audited)).toFixed(2)}`);
  console.log(`${await waiting(db)} events wait for the log`);
  const isFast = median(ofPlain ?? []) >= RATIO_MIN.ofPlain && median(ofChain ?? []) >= RATIO_MIN.ofChain;
  console.log(
    `${isFast ? 'within' : 'NOT WITHIN'} ${RATIO_MIN.ofPlain} of plain writes and ${RATIO_MIN.ofChain} times the chain`,
  );
}

/** What of a write of the product is audit: CPU of an event more, of CPU of a description. */
async function describing(): Promise<void> {
  const { describe, stop } = await crawledForDescribing(db);
  const rates: Record<'none' | 'one' | 'described', Rate[]> = { none: [], one: [], described: [] };
  const append = (writer: number, n: number): Promise<unknown> =>
    db.transaction((tx) => record(tx, origin, [happening(thingOf(writer, n))]));
  for (let round = 0; round < ROUNDS; round++) {
    rates.none.push(await rateOf(db, WRITERS, ROUND_MS, () => db.transaction(async () => undefined)));
    rates.one.push(await sequenced(db, () => rateOf(db, WRITERS, ROUND_MS, append)));
    rates.described.push(await sequenced(db, () => rateOf(db, WRITERS, ROUND_MS, describe)));
  }
  await stop();
  say('described', rates.described);
  const audit = cpuOf(rates.one) - cpuOf(rates.none);
  console.log(`of a description, audit is ${((100 * audit) / cpuOf(rates.described)).toFixed(0)} %`);
}

/** Writers meet now and then, as people do. */
function thingOf(writer: number, n: number): number {
  return 1 + ((writer * 7_919 + n * 104_729) % THINGS);
}

function cpuOf(rates: readonly Rate[]): number {
  return median(rates.map(({ nodeMs, serverMs }) => nodeMs + serverMs));
}

function ratios(list: readonly Rate[], base: readonly Rate[]): readonly number[] {
  return list.map(({ perSecond }, round) => perSecond / (base[round]?.perSecond ?? NaN));
}

function spread(list: readonly number[] = []): string {
  return `${median(list).toFixed(2)} (${Math.min(...list).toFixed(2)} to ${Math.max(...list).toFixed(2)})`;
}

function say(way: string, rates: readonly Rate[]): void {
  const of = (part: keyof Rate): number => median(rates.map((one) => one[part]));
  const cpu = `CPU of one: Node ${of('nodeMs').toFixed(2)} ms, server ${of('serverMs').toFixed(2)} ms`;
  console.log(`${way}: ${of('perSecond').toFixed(0)} a second; ${cpu}`);
}

async function sequenced<T>(on: Database, work: () => Promise<T>): Promise<T> {
  const sequencer = startSequencer(on, { ...settings, log: createLog('silent') });
  try {
    return await work();
  } finally {
    await sequencer.stop();
  }
}

/** A chain over all events as one would write it without a log: two statements, a table with a key, and nothing to find them by. */
async function chain(tx: Tx, id: number): Promise<void> {
  const draft = compose(tx, origin, happening(id));
  const [head] = await tx.query<{ version: number; digest: Digest | null }>(
    'select version, digest from public.chain_head where id = 1 for update',
    [],
    'bench_chain_head',
  );
  const { version, eventDigest, body } = follow(draft, { version: head?.version ?? 0, eventDigest: head?.digest ?? null });
  await tx.query(
    `with linked as (insert into public.chain values ($1, $2, $3)) update public.chain_head set version = $1, digest = $2 where id = 1`,
    [version, eventDigest, body],
    'bench_chain_link',
  );
}

function happening(id: number) {
  return {
    action: 'bench.thing.changed.v1',
    subject: { type: 'Thing', id: `thing ${id}`, digest: null },
    aggregateId: `thing ${id}`,
    fields: ['note'],
    detail: null,
    payload: { id },
  };
}

/** Events are copied out of one, as a table that grew in an hour has no statistics yet. */
async function sequencing(): Promise<void> {
  await drain();
  await db.query('alter table kernel.audit_event set (autovacuum_enabled = false)');
  await db.query('alter table kernel.audit_pending set (autovacuum_enabled = false)');
  await db.transaction(
    async (tx) => {
      const columns =
        'recorded_at, action, actor_id, subject_type, subject_id, aggregate_version, outcome, correlation_id, digest, body';
      await tx.query(
        `insert into kernel.audit_event (id, aggregate_id, ${columns})
         select 'evt_' || n, 'copy ' || n, ${columns} from generate_series(1, $1::int) n,
           (select ${columns} from kernel.audit_event order by seq limit 1) as e`,
        [EVENTS],
      );
      await tx.query(
        `insert into kernel.audit_pending select seq from kernel.audit_event where id like 'evt\\_%' and aggregate_id like 'copy %'`,
      );
    },
    { statementTimeoutMs: 600_000 },
  );
  const [table] = await db.query<{ rows: number }>(
    `select reltuples::int as rows from pg_class where oid = 'kernel.audit_pending'::regclass`,
  );
  const first = (await headOf(db, 1))?.size ?? 0;
  const began = performance.now();
  const batches = await drain();
  const seconds = (performance.now() - began) / 1_000;
  const added = ((await headOf(db, 1))?.size ?? 0) - first;
  console.log(
    `${added} events, of which PostgreSQL knew ${Math.max(0, table?.rows ?? 0)}, in ${batches} batches and ${seconds.toFixed(0)} s: ${(added / seconds / 1_000).toFixed(1)} thousand a second`,
  );
}

async function drain(): Promise<number> {
  let batches = 0;
  await db.lead(LOG_LEASE, async (lease) => {
    let ledger = await openLog(db, settings);
    for (;;) {
      const grown = await appendBatch(db, lease, ledger, settings);
      if (grown === null) return;
      ledger = grown.ledger;
      batches++;
    }
  });
  return batches;
}
