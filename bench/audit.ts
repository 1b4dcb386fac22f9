import { performance } from 'node:perf_hooks';
import { originOf } from '../kernel/audit/record.ts';
import { appendAll } from '../kernel/audit/append.ts';
import { headOf } from '../kernel/audit/ledger/ledger.ts';
import { openLog } from '../kernel/audit/ledger/openLog.ts';
import { appendBatch, LOG_LEASE, startSequencer } from '../kernel/audit/ledger/sequencer.ts';
import type { Tx } from '../kernel/db/database.ts';
import { migrate } from '../kernel/db/migrate.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import { internalRequest } from '../kernel/identity/internal.ts';
import { createLog } from '../kernel/log.ts';
import { decide } from '../kernel/policy/decision.ts';
import { packageRoot } from '../kernel/root.ts';

/**
 * What the audit log costs: the same write from 16 connections without audit, with it (event, queue, sequencer running), and
 * with a chain of hashes whose head every writer locks, in turns in the same run; and how fast a queue of a million events
 * goes into the log that nobody has analysed. `BENCH_DATABASE_URL=… npx tsx bench/audit.ts [events]`; an empty database.
 */
const EVENTS = Number(process.argv[2] ?? 1_000_000);
const url = process.env['BENCH_DATABASE_URL'];
if (url === undefined)
  throw new Error('BENCH_DATABASE_URL: an empty PostgreSQL database. Example: postgres://postgres@127.0.0.1:5432/bench');

const WRITERS = 16;
const ROUND_MS = 5_000;
const ROUNDS = 3;
const THINGS = 10_000;
const RATIO_MIN = { ofPlain: 0.6, ofChain: 5 };
const signingKey = Buffer.alloc(32, 1);
const settings = { origin: 'bench.example/audit', signingKey };
const request = internalRequest('bench');
const origin = originOf(request, decide(request, 'catalog.crawl'));

// One pool has fewer connections than there are writers.
const pools = await Promise.all([openDatabase({ url }), openDatabase({ url })]);
const [db] = pools;
try {
  await migrate(db, `${packageRoot}/migrations`);
  await db.query('create table public.thing (id int primary key, note text not null)');
  await db.query(`insert into public.thing select n, '' from generate_series(1, $1::int) n`, [THINGS]);
  await throughput();
  await sequencing();
} finally {
  await Promise.all(pools.map((pool) => pool.close()));
}

type Way = (tx: Tx, id: number, note: string) => Promise<unknown>;

async function throughput(): Promise<void> {
  const plain: Way = (tx, id, note) => tx.query('update public.thing set note = $2 where id = $1', [id, note], 'bench_thing');
  const audited: Way = async (tx, id, note) => {
    await plain(tx, id, note);
    await appendAll(tx, origin, [happening(id)]);
  };
  // The same event of one thing, whose head every writer locks: a chain over the whole log.
  const chained: Way = async (tx, id, note) => {
    await plain(tx, id, note);
    await appendAll(tx, origin, [{ ...happening(id), aggregateId: 'chain' }]);
  };
  const rates = { plain: [] as number[], audited: [] as number[], chained: [] as number[] };
  await rate(audited, 1_000);
  for (let round = 0; round < ROUNDS; round++) {
    rates.plain.push(await rate(plain));
    const sequencer = startSequencer(db, { ...settings, log: createLog('silent') });
    rates.audited.push(await rate(audited));
    await sequencer.stop();
    rates.chained.push(await rate(chained));
    // A chain has no queue, so nobody has to empty it.
    await db.query('delete from kernel.audit_pending');
    const last = (list: readonly number[]): number => list.at(-1) ?? NaN;
    say(`round ${round + 1}`, last(rates.audited) / last(rates.plain), last(rates.audited) / last(rates.chained));
  }
  const total = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0);
  const [ofPlain, ofChain] = [total(rates.audited) / total(rates.plain), total(rates.audited) / total(rates.chained)];
  say('all', ofPlain, ofChain);
  const isFast = ofPlain >= RATIO_MIN.ofPlain && ofChain >= RATIO_MIN.ofChain;
  console.log(
    `${isFast ? 'within' : 'NOT WITHIN'} ${RATIO_MIN.ofPlain} of plain writes and ${RATIO_MIN.ofChain} times the chain`,
  );
}

function say(what: string, ofPlain: number, ofChain: number): void {
  console.log(`${what}: audited / plain ${ofPlain.toFixed(2)}, audited / chain ${ofChain.toFixed(1)}`);
}

/** Transactions a second. */
async function rate(way: Way, forMs = ROUND_MS): Promise<number> {
  const until = performance.now() + forMs;
  const began = performance.now();
  let done = 0;
  const writer = async (no: number): Promise<void> => {
    const pool = pools[no % pools.length] ?? db;
    for (let n = 0; performance.now() < until; n++) {
      // Writers meet now and then, as people do.
      const id = 1 + ((no * 7_919 + n * 104_729) % THINGS);
      await pool.transaction((tx) => way(tx, id, `${no} ${n}`));
      done++;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, no) => writer(no)));
  return done / ((performance.now() - began) / 1_000);
}

function happening(id: number) {
  return {
    action: 'bench.thing.changed.v1',
    subject: { type: 'Thing', id: `thing ${id}`, digest: null },
    aggregateId: `thing ${id}`,
    fields: ['note'],
    detail: null,
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
