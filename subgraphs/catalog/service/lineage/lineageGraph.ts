import { badInput } from '../../../../kernel/fault.ts';
import { parseUrn } from '../../../../kernel/urn.ts';
import type { Context } from '../../context.ts';
import type { Asset, No } from '../../domain/asset.ts';
import type { Graph, LineageLevel } from '../../domain/lineage/edge.ts';
import { walk, type Direction, type LineageIndex, type Walk, type WalkBounds } from '../../domain/lineage/walk.ts';
import type { HopFilter } from '../../store/lineageEdges.ts';
import { sqlIndex } from './sqlIndex.ts';
import { visibleOf } from './visibleOf.ts';

export interface LineageArgs {
  readonly direction: 'UPSTREAM' | 'DOWNSTREAM' | 'BOTH';
  readonly depth: number;
  readonly minConfidence: number;
  readonly indirect: boolean;
  readonly budget?: { readonly nodes?: number | null; readonly edges?: number | null; readonly ms?: number | null } | null;
}

export const DEPTH_MAX = 100;
const STARTS_MAX = 100;
const NODES = { fallback: 1_000, max: 20_000 };
const EDGES = { fallback: 5_000, max: 100_000 };
const MS = { fallback: 2_000, max: 10_000 };

/** The lineage around some assets, nearest first, with everything that was cut said. */
export async function lineageGraph(
  context: Context,
  starts: readonly Asset[],
  level: LineageLevel,
  args: LineageArgs,
): Promise<Graph> {
  if (args.depth < 0 || args.depth > DEPTH_MAX) throw badInput(`depth: ${args.depth} must be from 0 to ${DEPTH_MAX}.`);
  if (!(args.minConfidence >= 0 && args.minConfidence <= 1))
    throw badInput(`minConfidence: ${args.minConfidence} must be from 0 to 1.`);
  const bounds = boundsOf(args);
  const filter = { level: level === 'COLUMN' ? 1 : 0, minConfidence: args.minConfidence, indirect: args.indirect } as const;
  const { index, sequence } = await indexFor(context, filter);
  const nos = await startNumbers(context, starts, level);
  const walks: Walk[] = [];
  for (const direction of directionsOf(args.direction)) {
    walks.push(await walk(index, nos, direction, bounds, visibleOf(context)));
  }
  return { ...merge(walks, bounds.nodesMax, bounds.edgesMax), sequence, level };
}

/** The index in memory for the present, the table for an earlier moment. */
export async function indexFor(
  context: Context,
  filter: Omit<HopFilter, 'at'>,
): Promise<{ readonly index: LineageIndex; readonly sequence: string | null }> {
  const { asOf } = context.request;
  if (asOf !== null) return { index: sqlIndex(context.kernel.db, { ...filter, at: asOf }), sequence: null };
  const sequence = await context.memory.refresh();
  return { index: context.memory.index(filter), sequence };
}

/** Assets that a client names. @throws Fault BAD_USER_INPUT; what is not there or not visible is left out */
export async function namedAssets(context: Context, urns: readonly string[]): Promise<readonly Asset[]> {
  if (urns.length < 1 || urns.length > STARTS_MAX) throw badInput(`from: from 1 to ${STARTS_MAX} URNs.`);
  const found = await Promise.all(urns.map((urn) => context.reader.byName(parseUrn(urn))));
  return found.filter((asset) => asset !== null);
}

/** A column starts from its dataset between datasets; a dataset from its columns between columns. */
async function startNumbers(context: Context, starts: readonly Asset[], level: LineageLevel): Promise<readonly No[]> {
  const numbers = await Promise.all(
    starts.map(async (asset): Promise<readonly No[]> => {
      if (asset.__typename === 'Container')
        throw badInput('Lineage runs between datasets and columns. A container has none of its own.');
      if (level === 'DATASET') return [asset.__typename === 'Column' ? asset.datasetNo : asset.no];
      if (asset.__typename === 'Column') return [asset.no];
      return (await context.reader.columns(asset, 0, NODES.max)).map((column) => column.no);
    }),
  );
  return [...new Set(numbers.flat())];
}

const directionsOf = (direction: LineageArgs['direction']): readonly Direction[] =>
  direction === 'BOTH' ? ['UPSTREAM', 'DOWNSTREAM'] : [direction];

function boundsOf({ depth, budget }: LineageArgs): WalkBounds {
  const bound = (
    name: string,
    asked: number | null | undefined,
    { fallback, max }: { fallback: number; max: number },
  ): number => {
    const value = asked ?? fallback;
    if (value < 1 || value > max) throw badInput(`budget.${name}: ${value} must be from 1 to ${max}.`);
    return value;
  };
  return {
    depth,
    nodesMax: bound('nodes', budget?.nodes, NODES),
    edgesMax: bound('edges', budget?.edges, EDGES),
    deadline: AbortSignal.timeout(bound('ms', budget?.ms, MS)),
  };
}

function merge(walks: readonly Walk[], nodesMax: number, edgesMax: number): Omit<Graph, 'sequence' | 'level'> {
  const degrees = new Map<No, number>();
  for (const { degrees: found } of walks)
    for (const [no, degree] of found) degrees.set(no, Math.min(degree, degrees.get(no) ?? degree));
  const truncation = new Set(walks.flatMap((each) => [...each.truncation]));
  const nodes = [...degrees].map(([no, degree]) => ({ no, degree })).toSorted((a, b) => a.degree - b.degree);
  if (nodes.length > nodesMax) truncation.add('NODES');
  const kept = new Set(nodes.slice(0, nodesMax).map(({ no }) => no));
  const edges = [...new Map(walks.flatMap((each) => each.edges).map((edge) => [edge.id, edge])).values()].filter(
    (edge) => kept.has(edge.sourceNo) && kept.has(edge.targetNo),
  );
  if (edges.length > edgesMax) truncation.add('EDGES');
  return {
    nodes: nodes.slice(0, nodesMax),
    edgeIds: edges.slice(0, edgesMax).map(({ id }) => id),
    truncation: [...truncation],
    depthReached: Math.max(0, ...walks.map((each) => each.depthReached)),
  };
}
