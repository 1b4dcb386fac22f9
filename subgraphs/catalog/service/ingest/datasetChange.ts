import type { KnownDataset } from '../../store/ingestDatasets.ts';
import type { DatasetSays } from './facets.ts';

/** A dataset of which an event says something new. */
export interface DatasetChange {
  readonly dataset: KnownDataset;
  /** Names of the facets that say something else now. */
  readonly facets: readonly string[];
  readonly before: DatasetSays;
  readonly now: DatasetSays;
}
