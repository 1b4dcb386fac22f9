import type DataLoader from 'dataloader';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Context } from '../../context.ts';
import type { LeveledNode } from '../../domain/lineage/edge.ts';
import { jobNeighbours, neighboursAcrossJobs } from '../../store/jobDatasets.ts';
import { neighbourCounts, type Neighbours } from '../../store/visibleNumbers.ts';

const NONE: Neighbours = { upstream: 0, downstream: 0 };
type Loader = DataLoader<string, Neighbours>;
const loaders = new WeakMap<Context, Readonly<Record<LeveledNode['level'] | 'OF_JOB', Loader>>>();

/** How many visible assets and jobs lie next to a node; one statement for all nodes of an answer. */
export function neighboursOf(context: Context, node: LeveledNode): Promise<Neighbours> {
  const made = loaders.get(context) ?? loadersOf(context);
  loaders.set(context, made);
  return node.no === null ? made.OF_JOB.load(node.jobId) : made[node.level].load(node.no);
}

function loadersOf({
  kernel: { db },
  request: { asOf },
  visible,
}: Context): Readonly<Record<LeveledNode['level'] | 'OF_JOB', Loader>> {
  return {
    DATASET: loaderBy(async (nos) => neighbourCounts(db, nos, 0, await visible(), asOf), NONE),
    COLUMN: loaderBy(async (nos) => neighbourCounts(db, nos, 1, await visible(), asOf), NONE),
    JOB: loaderBy(async (nos) => neighboursAcrossJobs(db, nos, await visible(), asOf), NONE),
    OF_JOB: loaderBy(async (ids) => jobNeighbours(db, ids, await visible(), asOf), NONE),
  };
}
