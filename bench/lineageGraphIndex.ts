import { fork } from 'node:child_process';
import type { Database } from '../kernel/db/database.ts';
import type { Instant } from '../kernel/time.ts';
import type { LineageIndex } from '../subgraphs/catalog/domain/lineage/walk.ts';
import { MemoryLineage } from '../subgraphs/catalog/service/lineage/memoryIndex.ts';
import { sqlIndex } from '../subgraphs/catalog/service/lineage/sqlIndex.ts';
import { percentile, total, type Cost } from './lineageGraphCosts.ts';
import { stateEvidence } from './lineageGraphLoad.ts';
import type { Footprint } from './lineageGraphMemory.ts';
import { mulberry } from './lineageGraphModel.ts';
import { HOPS, LEVEL, mustEqual, numberOf, reach, round, type Bench, type Line } from './lineageGraphTasks.ts';

/** Building the index and bringing it up to date. */
export async function memory(bench: Bench): Promise<readonly Line[]> {
  const { db, meter, warehouse, url } = bench;
  const lines: Line[] = [];
  const [most] = await db.query<{ edges: string; id: string; no: string }>(
    `select count(*) as edges, max(id) as id, max(greatest(source_no, target_no)) as no from catalog.lineage_edge where recorded_to = 'infinity'`,
  );
  const plain = await meter.measure(() => readPlainly(db));
  const line = (what: string, cost: Cost, more: Line = {}): Line => ({ what, 'CPU ms here': round(cost.here), ...more });
  lines.push(line(`baseline: the same ${most?.edges} edges as plain rows`, plain.cost));
  for (const times of url === undefined ? [] : [1, 2]) {
    const { cpuSeconds, heldMb, rssMb, rssBeforeMb } = await footprint([
      url ?? '',
      most?.id ?? '',
      most?.no ?? '',
      String(times),
    ]);
    lines.push({
      what: `index of ${times * Number(most?.edges)} edges in a process of its own`,
      'CPU ms here': round(1_000 * cpuSeconds),
      'held MB': Math.round(heldMb),
      'RSS MB': Math.round(rssMb),
      'RSS MB before': Math.round(rssBeforeMb),
    });
  }
  const index = new MemoryLineage(db);
  lines.push(line('index built here', (await meter.measure(() => index.refresh())).cost));
  lines.push(line('brought up to date, nothing new', (await meter.best(20, () => index.refresh())).cost));
  const changed = Array.from({ length: 70 }, (_, n) => warehouse.firstDerived + n);
  await stateEvidence(db, warehouse, changed, 0.97);
  lines.push(
    line('brought up to date after about 1000 edges ended and as many began', (await meter.measure(() => index.refresh())).cost),
  );
  await stateEvidence(db, warehouse, changed);
  return lines;
}

async function readPlainly(db: Database): Promise<number> {
  let count = 0;
  for (let after = '0'; ;) {
    const rows = await db.query<{ id: string }>(
      `select id, source_no, target_no, level, subtype, confidence from catalog.lineage_edge
       where recorded_to = 'infinity' and id > $1 order by id limit 50000`,
      [after],
      'bench_plain_edges',
    );
    count += rows.length;
    if (rows.length < 50_000) return count;
    after = rows.at(-1)?.id ?? after;
  }
}

const footprint = (args: readonly string[]): Promise<Footprint> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL('./lineageGraphMemory.ts', import.meta.url), args, {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    child.once('message', (message) => resolve(message as Footprint));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? undefined : reject(new Error(`The process for the index ended with ${code}.`))));
  });

/** The same walks through SQL, now and at a moment with two of four generations before and after it. */
export async function asOf(bench: Bench): Promise<readonly Line[]> {
  const { db, meter, warehouse } = bench;
  const random = mulberry(2);
  const starts = Array.from({ length: 30 }, () => Math.floor(random() * warehouse.datasets));
  const now = sqlIndex(db, { ...LEVEL, at: null });
  const placeOf = new Map([...bench.noOf].map(([name, no]) => [no, Number(name.split('_').at(-1))]));
  const around = new Set<number>();
  for (const i of starts) {
    for (const direction of ['UPSTREAM', 'DOWNSTREAM'] as const)
      for (const no of await reach(now, numberOf(bench, i), direction, HOPS + 1)) around.add(placeOf.get(no) ?? 0);
  }
  const restated = [...around].filter((i) => i >= warehouse.firstDerived);
  const moments: Instant[] = [];
  for (const confidence of [0.9, 0.8, 0.7, 1]) {
    await stateEvidence(db, warehouse, restated, confidence);
    const [row] = await db.query<{ now: Instant }>('select clock_timestamp() as now');
    if (row !== undefined) moments.push(row.now);
  }
  await refreshAll(db);
  const then = sqlIndex(db, { ...LEVEL, at: moments[1] ?? null });
  const all = async (index: LineageIndex): Promise<readonly number[]> => {
    const sizes: number[] = [];
    for (const i of starts)
      for (const direction of ['UPSTREAM', 'DOWNSTREAM'] as const)
        sizes.push((await reach(index, numberOf(bench, i), direction, HOPS)).size);
    return sizes;
  };
  mustEqual('Now and then', await all(now), await all(then));
  const [current, past]: [Cost[], Cost[]] = [[], []];
  for (let i = 0; i < 7; i++) {
    current.push((await meter.measure(() => all(now))).cost);
    past.push((await meter.measure(() => all(then))).cost);
  }
  const median = (of: readonly Cost[]): number => percentile(of.map(total), 0.5);
  const line = (what: string, of: readonly Cost[]): Line => ({
    what,
    'CPU ms a walk': round(median(of) / (2 * starts.length)),
    'to the baseline': round(median(of) / median(current)),
  });
  return [
    line(`baseline: ${HOPS} hops through SQL, now`, current),
    line(`the same at an earlier moment, ${restated.length} models stated five times`, past),
  ];
}

const refreshAll = (db: Database): Promise<unknown> => db.query('analyze catalog.lineage_edge');
