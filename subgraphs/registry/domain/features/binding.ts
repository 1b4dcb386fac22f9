import type { Instant } from '../../../../kernel/time.ts';
import type { FitReason } from './fitFeature.ts';

export type FeatureBindingState = 'PROPOSED' | 'CONFIRMED' | 'REJECTED';

/** What somebody says, or what the names suggest: an input of a signature comes from a column. */
export interface FeatureLink {
  /** Name of the input. */
  readonly feature: string;
  readonly columnId: string;
  /** How the column became the feature, e.g. `one-hot:DE`; null when it is the column itself. */
  readonly encoding: string | null;
}

export interface FeatureBinding extends FeatureLink {
  readonly id: string;
  readonly versionId: string;
  /** As it was called then. */
  readonly columnUrn: string;
  readonly datasetId: string;
  readonly state: FeatureBindingState;
  readonly origin: 'DECLARED' | 'PROPOSED';
  /** From 0 to 1; 1 for what was declared. */
  readonly confidence: number;
  /** Codes that say why a proposal fits. */
  readonly reasons: readonly FitReason[];
  readonly recordedBy: string;
  readonly recordedAt: Instant;
  readonly endedAt: Instant | null;
  readonly eventId: string;
}

/** A column as the catalog knows it. */
export interface KnownColumn {
  readonly id: string;
  readonly urn: string;
  readonly name: string;
  readonly datasetId: string;
  /** Last part of the name of its dataset. */
  readonly datasetName: string;
}

/** Entities of the catalog that the registry says more about. */
export interface Dataset {
  readonly id: string;
}
export interface Column {
  readonly id: string;
}
