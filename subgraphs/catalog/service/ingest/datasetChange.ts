import type { Instant } from '../../../../kernel/time.ts';
import type { KnownDataset } from '../../store/ingestDatasets.ts';
import type { DatasetSays } from './facets.ts';

/** A dataset of which events speak, as it stands after them. */
export interface DatasetChange {
  readonly dataset: KnownDataset;
  /** Names of the facets that say something else now. */
  readonly facets: readonly string[];
  readonly before: DatasetSays;
  readonly now: DatasetSays;
  readonly wasDroppedAt: Instant | null;
}
