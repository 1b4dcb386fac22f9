import { badInput, notFound } from '../../../../kernel/fault.ts';
import type { Context } from '../../context.ts';
import type { LineageLevel, Path } from '../../domain/lineage/edge.ts';
import { shortestPaths } from '../../domain/lineage/shortestPaths.ts';
import { walk } from '../../domain/lineage/walk.ts';
import { ownedNo, type Asset, type No } from '../../domain/asset.ts';
import { DEPTH_MAX } from './lineageArgs.ts';
import { indexFor } from './lineageGraph.ts';
import { namedAssets } from './starts.ts';
import { walkRules } from './walkRules.ts';

const PATHS_MAX = 20;
const WALK = { depth: DEPTH_MAX, nodesMax: 50_000, edgesMax: 200_000 };
const WALK_MS = 5_000;

/** Ways on which data gets from one asset to another, the shortest first. */
export async function paths(
  context: Context,
  args: { readonly from: string; readonly to: string; readonly level: LineageLevel; readonly first: number },
): Promise<{ readonly paths: readonly Path[]; readonly complete: boolean }> {
  if (args.level === 'JOB') throw badInput('level: ways run between datasets or columns; each edge names its job.');
  if (args.first < 1 || args.first > PATHS_MAX) throw badInput(`first: ${args.first} must be from 1 to ${PATHS_MAX}.`);
  const [from] = await namedAssets(context, [args.from]);
  const [to] = await namedAssets(context, [args.to]);
  if (from === undefined || to === undefined) throw notFound(from === undefined ? args.from : args.to);
  const { index } = await indexFor(context, { level: args.level === 'COLUMN' ? 1 : 0, minConfidence: 0, indirect: true });
  const start = numberAt(from, args.level);
  const bounds = { ...WALK, deadline: AbortSignal.timeout(WALK_MS) };
  const found = await walk(index, [start], 'DOWNSTREAM', bounds, await walkRules(context, args.level));
  const end = numberAt(to, args.level);
  // The dataset of the end may be reached as a whole: then the column is, though nothing leads on from it.
  const members = new Map(to.__typename === 'Column' && end === to.no ? [...found.members, [end, to.datasetNo]] : found.members);
  const { paths: ways, complete } = shortestPaths(found.edges, members, [start, end], args.first);
  return { paths: ways, complete: complete && found.truncation.size === 0 };
}

function numberAt(asset: Asset, level: LineageLevel): No {
  if (level === 'DATASET') return ownedNo(asset);
  if (asset.__typename !== 'Column') throw badInput('Between columns, from and to must be columns.');
  return asset.no;
}
