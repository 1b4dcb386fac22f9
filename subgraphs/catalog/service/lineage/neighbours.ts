import type DataLoader from 'dataloader';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { LineageLevel } from '../../domain/lineage/edge.ts';
import { neighbourCounts, type Neighbours } from '../../store/visibleNumbers.ts';

const NONE: Neighbours = { upstream: 0, downstream: 0 };
const loaders = new WeakMap<Context, Record<LineageLevel, DataLoader<No, Neighbours>>>();

/** How many visible assets lie next to a node; one statement for all nodes of an answer. */
export function neighboursOf(context: Context, node: { readonly no: No; readonly level: LineageLevel }): Promise<Neighbours> {
  const made = loaders.get(context) ?? { DATASET: loaderFor(context, 0), COLUMN: loaderFor(context, 1) };
  loaders.set(context, made);
  return made[node.level].load(node.no);
}

const loaderFor = (context: Context, level: 0 | 1): DataLoader<No, Neighbours> =>
  loaderBy(async (nos) => neighbourCounts(context.kernel.db, nos, level, await context.visible(), context.request.asOf), NONE);
