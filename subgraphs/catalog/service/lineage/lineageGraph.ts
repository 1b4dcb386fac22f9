import type { Context } from '../../context.ts';
import type { Asset } from '../../domain/asset.ts';
import type { Graph, LineageLevel } from '../../domain/lineage/edge.ts';
import { mergeWalks } from '../../domain/lineage/mergeWalks.ts';
import { type Direction, type LineageIndex, walk } from '../../domain/lineage/walk.ts';
import type { HopFilter } from '../../store/lineageEdges.ts';
import { type DirectedWalk, throughJobs } from './jobLevel.ts';
import { boundsOf, checkArgs, type LineageArgs } from './lineageArgs.ts';
import { sqlIndex } from './sqlIndex.ts';
import { startsOf } from './starts.ts';
import { walkRules } from './walkRules.ts';

/** The lineage around some assets, nearest first, with everything that was cut said. */
export async function lineageGraph(
  context: Context,
  assets: readonly Asset[],
  level: LineageLevel,
  args: LineageArgs,
): Promise<Graph> {
  checkArgs(args);
  const bounds = boundsOf(args);
  const { index, sequence } = await indexFor(context, hopFilter(level, args));
  const starts = await startsOf(context, assets, level);
  const directions = directionsOf(args.direction);
  const began = performance.now();
  const ahead = directions.flatMap((direction) => index.reach?.(starts.nos, direction, bounds.depth, bounds.nodesMax) ?? []);
  const rules = await walkRules(context, level, args, ahead);
  const walks: DirectedWalk[] = [];
  for (const direction of directions) {
    walks.push({ direction, walk: await walk(index, starts.nos, direction, bounds, rules) });
  }
  const merged = mergeWalks(
    walks.map((each) => each.walk),
    bounds,
  );
  const jobs = level === 'JOB' ? await throughJobs(context, walks, merged, bounds) : null;
  const nodes = [...merged.nodes.map((node) => ({ ...node, jobId: null })), ...(jobs?.nodes ?? [])];
  return {
    level,
    nodes: nodes.toSorted((a, b) => a.degree - b.degree),
    edgeIds: jobs?.edgeIds ?? merged.edges.map(({ id }) => id),
    shortcuts: merged.shortcuts,
    hidden: merged.hidden,
    truncation: [...new Set([...(starts.isWhole ? [] : ['NODES' as const]), ...merged.truncation, ...(jobs?.truncation ?? [])])],
    depthReached: Math.max(0, ...nodes.map(({ degree }) => degree)),
    sequence,
    walkMs: performance.now() - began,
  };
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

const hopFilter = (level: LineageLevel, { minConfidence, indirect, through }: LineageArgs): Omit<HopFilter, 'at'> => ({
  level: level === 'COLUMN' ? 1 : 0,
  minConfidence,
  indirect,
  ...(through !== null && through !== undefined && { subtypes: through }),
});

const directionsOf = (direction: LineageArgs['direction']): readonly Direction[] =>
  direction === 'BOTH' ? ['UPSTREAM', 'DOWNSTREAM'] : [direction];
