import { isDeepStrictEqual } from 'node:util';
import { parse } from 'graphql';
import { compiledOperations } from '../gateway/compiledOperations.ts';
import type { Database } from '../kernel/db/database.ts';
import { internalRequest } from '../kernel/identity/internal.ts';
import { walk, type Direction, type LineageIndex, type WalkRules } from '../subgraphs/catalog/domain/lineage/walk.ts';
import { MemoryLineage } from '../subgraphs/catalog/service/lineage/memoryIndex.ts';
import type { TestCatalog } from '../test/support/catalog.ts';
import { percentile, total, type Cost, type Meter } from './lineageGraphCosts.ts';
import { stateEvidence } from './lineageGraphLoad.ts';
import { mulberry, type Warehouse } from './lineageGraphModel.ts';
import {
  ASSET,
  closureByCte,
  distancesByCte,
  IMPACT,
  impactByCte,
  NEIGHBOURHOOD,
  neighbourhoodByCte,
} from './lineageGraphQueries.ts';

export interface Bench {
  readonly db: Database;
  readonly catalog: TestCatalog;
  readonly warehouse: Warehouse;
  readonly meter: Meter;
  readonly url: string | undefined;
  /** Numbers of datasets by name. */
  readonly noOf: ReadonlyMap<string, string>;
}

export type Line = Readonly<Record<string, string | number>>;

const EVERYTHING = { depth: 100, nodesMax: 1_000_000, edgesMax: 10_000_000 };
export const LEVEL = { level: 0, minConfidence: 0, indirect: true } as const;
export const HOPS = 3;
const STARTS = 200;
const WARM_UP = 50;
/** Each start is asked for several times and the cheapest counts: what else the machine does shall not. */
const TIMES = 3;
/** What takes less than a millisecond is compiled only after many calls. */
const WARM = 300;
const CANDIDATES = 1_500;
const rules: WalkRules = { visible: (nos) => Promise.resolve(new Set(nos)) };

export const round = (value: number): number => Math.round(value * 100) / 100;
export const numberOf = ({ noOf, warehouse }: Bench, i: number): string => noOf.get(warehouse.name(i)) ?? '';

/** Asks as the gateway asks a subgraph of its own process: the operation is parsed and compiled once. */
function asker({ catalog: { subgraph } }: Bench, query: string) {
  const run = compiledOperations(subgraph.schema);
  const operation = { kind: 'query' as const, source: query, document: parse(query) };
  return async (variables: Record<string, unknown>) => {
    const { data, errors } = await run(operation, variables, subgraph.context(internalRequest('bench')));
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    // oxlint-disable-next-line typescript/no-explicit-any -- answers of the queries above
    return data as any;
  };
}

export const reach = async (
  index: LineageIndex,
  no: string,
  direction: Direction,
  depth = EVERYTHING.depth,
): Promise<ReadonlySet<string>> => {
  const bounds = { ...EVERYTHING, depth, deadline: AbortSignal.timeout(60_000) };
  return new Set((await walk(index, [no], direction, bounds, rules)).degrees.keys());
};

export function mustEqual(what: string, a: unknown, b: unknown): void {
  if (!isDeepStrictEqual(a, b)) throw new Error(`${what}: the two answers differ.`);
}

/** Three hops in both directions through GraphQL, rights, names and edges included, for datasets drawn evenly. */
export async function neighbourhoods(bench: Bench): Promise<readonly Line[]> {
  const { warehouse, meter, db } = bench;
  const [neighbourhood, asset] = [asker(bench, NEIGHBOURHOOD), asker(bench, ASSET)];
  const random = mulberry(1);
  const starts = Array.from({ length: STARTS }, () => Math.floor(random() * warehouse.datasets));
  const costs: { graph: Cost[]; asset: Cost[]; cte: Cost[]; nodes: number[] } = { graph: [], asset: [], cte: [], nodes: [] };
  for (const [n, i] of [...starts.slice(0, WARM_UP), ...starts].entries()) {
    const variables = { urn: warehouse.urn(i), depth: HOPS };
    const graph = await meter.best(TIMES, () => neighbourhood(variables));
    const one = await meter.best(TIMES, () => asset({ urn: variables.urn }));
    const cte = await meter.best(TIMES, () => neighbourhoodByCte(db, numberOf(bench, i), HOPS));
    const { nodes, truncation } = graph.result.lineage;
    if (truncation.every((each: string) => each === 'DEPTH')) {
      const named = (pairs: readonly (readonly [string, number])[]) => pairs.map(([id, hops]) => `${id} ${hops}`).toSorted();
      mustEqual(
        'Three hops',
        named(nodes.map((node: { asset: { id: string }; degree: number }) => [node.asset.id, node.degree])),
        named(cte.result.map(({ id, hops }) => [id, hops])),
      );
    }
    if (n < WARM_UP) continue;
    costs.graph.push(graph.cost);
    costs.asset.push(one.cost);
    costs.cte.push(cte.cost);
    costs.nodes.push(nodes.length);
  }
  const line = (what: string, of: readonly Cost[]): Line => ({
    what,
    'CPU ms here p50': round(
      percentile(
        of.map(({ here }) => here),
        0.5,
      ),
    ),
    p95: round(
      percentile(
        of.map(({ here }) => here),
        0.95,
      ),
    ),
    'with server p50': round(percentile(of.map(total), 0.5)),
    'with server p95': round(percentile(of.map(total), 0.95)),
  });
  const [p50, p95] = [percentile(costs.nodes, 0.5), percentile(costs.nodes, 0.95)];
  return [
    line('baseline: GraphQL, one asset by its URN', costs.asset),
    line(`baseline: recursive CTE of the same nodes with names, no rights, no edges`, costs.cte),
    line(`GraphQL, ${HOPS} hops both ways with rights, names, edges: ${p50} nodes at p50, ${p95} at p95`, costs.graph),
  ];
}

/** Of a warehouse of 200,000 datasets, 17,000. */
const CLOSURE_SHARE = 0.085;

/** Everything downstream of a dataset of which a twelfth of the warehouse or more is made. */
export async function closure(bench: Bench): Promise<readonly Line[]> {
  const { db, meter, warehouse } = bench;
  const origin = startWithClosure(warehouse, Math.ceil(warehouse.datasets * CLOSURE_SHARE));
  const start = numberOf(bench, origin);
  const memory = new MemoryLineage(db);
  await memory.refresh();
  const index = memory.index(LEVEL);
  const truth = new Set((await closureByCte(db, start)).map(({ no }) => no));
  const reached = (): readonly number[] => index.reach?.([start], 'DOWNSTREAM', EVERYTHING.depth, EVERYTHING.nodesMax) ?? [];
  mustEqual('The walk', await reach(index, start, 'DOWNSTREAM'), truth);
  mustEqual('The closure', new Set(reached().map(String)), truth);
  const { cost: byCte } = await meter.best(7, () => closureByCte(db, start));
  const { cost: byDistances } = await meter.best(7, () => distancesByCte(db, start));
  const { cost: byWalk } = await meter.best(15, () => reach(index, start, 'DOWNSTREAM'));
  const { cost: inMemory } = await meter.best(WARM, () => Promise.resolve(reached()));
  const line = (what: string, cost: Cost): Line => ({
    what: `closure of ${truth.size} datasets, from ${warehouse.name(origin)}: ${what}`,
    'CPU ms': round(total(cost)),
    'wall ms': round(cost.wall),
    'times faster': round(total(byCte) / total(cost)),
  });
  return [
    line('baseline, recursive CTE', byCte),
    line('recursive CTE with distances', byDistances),
    line('index in memory', inMemory),
    line('walk over the index in memory, with distances and all edges', byWalk),
  ];
}

/** The dataset among the most read ones whose closure is the smallest of those with as many datasets or more, by the model alone. */
function startWithClosure(warehouse: Warehouse, wanted: number): number {
  const readers: number[][] = Array.from({ length: warehouse.datasets }, () => []);
  for (let i = warehouse.firstDerived; i < warehouse.datasets; i++)
    for (const source of warehouse.sources(i)) readers[source]?.push(i);
  const popular = readers
    .map((of, i) => ({ i, count: of.length }))
    .toSorted((a, b) => b.count - a.count)
    .slice(1, CANDIDATES);
  let best = { i: 0, size: Number.POSITIVE_INFINITY };
  for (const { i } of popular) {
    const seen = new Set([i]);
    for (const at of seen) for (const reader of readers[at] ?? []) seen.add(reader);
    if (seen.size >= wanted && seen.size < best.size) best = { i, size: seen.size };
  }
  if (best.i === 0) throw new Error(`No dataset leads to ${wanted} others.`);
  return best.i;
}

/** What dropping the hub breaks: a first page, which takes a walk, one of the next pages, and all one after the other. */
export async function impact(bench: Bench): Promise<readonly Line[]> {
  const { warehouse, meter, db } = bench;
  const urn = warehouse.urn(0);
  const asked = asker(bench, IMPACT);
  const page = (after: string | null) => asked({ urn, after });
  const truth = await closureByCte(db, numberOf(bench, 0));
  const found = new Set<string>();
  const pages = await meter.measure(async () => {
    let after: string | null = null;
    let count = 0;
    for (let hasNext = true; hasNext; count++) {
      const { impact: part } = await page(after);
      if (!part.complete) throw new Error(`The impact is cut: ${part.truncation}`);
      for (const { node } of part.affected.edges) found.add(node.asset.id);
      hasNext = part.affected.pageInfo.hasNextPage;
      after = part.affected.pageInfo.endCursor;
    }
    return count;
  });
  mustEqual('Affected datasets', found.size, truth.length - 1);
  const firsts: Cost[] = [];
  for (const confidence of [0.96, 0.97, 0.98, 0.99, 1]) {
    // Whatever changes makes a new walk necessary.
    await stateEvidence(db, warehouse, [warehouse.firstDerived], confidence);
    firsts.push((await meter.measure(() => page(null))).cost);
  }
  const first = firsts.reduce((best, cost) => (total(cost) < total(best) ? cost : best));
  const { endCursor } = (await page(null)).impact.affected.pageInfo;
  const { cost: next } = await meter.best(5, () => page(endCursor));
  const { cost: cte } = await meter.best(5, () => impactByCte(db, numberOf(bench, 0)));
  const line = (what: string, cost: Cost): Line => ({
    what,
    'CPU ms': round(total(cost)),
    'to the baseline': round(total(cost) / total(cte)),
  });
  return [
    line('baseline: recursive CTE, counted, the first 500 named', cte),
    line(`impact of the hub: ${truth.length} relations, complete; first 500`, first),
    line('the next 500', next),
    line(`all ${pages.result} pages of 500`, pages.cost),
  ];
}
