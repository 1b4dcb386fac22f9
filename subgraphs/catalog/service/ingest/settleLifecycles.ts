import type { Tx } from '../../../../kernel/db/database.ts';
import { isDropped, lifecycleOf } from '../../../../lineage/openlineage/dropped.ts';
import type { No } from '../../domain/asset.ts';
import { removeUncrawled, returnUncrawled } from '../../store/ingestDatasets.ts';
import { closeJobsOfDatasets } from '../../store/jobDatasets.ts';
import { closeEdgesOfDatasets } from '../../store/lineageEdges.ts';
import { datasetsOfColumns } from '../../store/names.ts';
import type { DatasetChange } from './datasetChange.ts';

/** Datasets that nobody crawls and that events took out of service, or spoke of again. */
export interface Lifecycles {
  readonly dropped: ReadonlySet<No>;
  readonly returned: ReadonlySet<No>;
  /** Datasets that were dropped later than was known: what was said of them before does not hold any more. */
  readonly ended: readonly No[];
}

/** What is said of the life of datasets. Whether a crawled dataset is there, its crawl knows better. */
export function lifecyclesOf(changes: readonly DatasetChange[]): Lifecycles {
  const open = changes.filter(({ dataset }) => !dataset.isCrawled);
  const isGone = ({ dataset }: DatasetChange): boolean => isDropped(lifecycleOf(dataset.said));
  const nosOf = (of: readonly DatasetChange[]): readonly No[] => of.map(({ dataset }) => dataset.no);
  return {
    dropped: new Set(nosOf(open.filter((change) => change.dataset.state === 'present' && isGone(change)))),
    returned: new Set(nosOf(open.filter((change) => change.dataset.state !== 'present' && !isGone(change)))),
    ended: nosOf(open.filter(({ wasDroppedAt, dataset }) => wasDroppedAt !== lifecycleOf(dataset.said).droppedAt)),
  };
}

/** A column, with its dataset. */
export interface ColumnLeft {
  readonly no: No;
  readonly datasetNo: No;
}

/**
 * Takes datasets out of service with all their edges, also those that others than events speak of.
 * @returns columns that such an edge has left: those of the other end, and of what is gone, which may come back
 */
export async function settleLifecycles(tx: Tx, { dropped, returned }: Lifecycles): Promise<readonly ColumnLeft[]> {
  await returnUncrawled(tx, [...returned]);
  if (dropped.size === 0) return [];
  await removeUncrawled(tx, [...dropped]);
  const ends = await closeEdgesOfDatasets(tx, [...dropped]);
  await closeJobsOfDatasets(tx, [...dropped]);
  return [...(await datasetsOfColumns(tx, 'no', ends)).values()];
}
