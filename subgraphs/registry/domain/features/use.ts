import type { Instant } from '../../../../kernel/time.ts';
import type { BoundColumn } from './coverage.ts';
import type { DatasetRole, StageBinding } from '../model.ts';

/** An interval in which a version that uses a column was in a stage. */
export interface ColumnUse {
  readonly binding: StageBinding;
  /** Names of the inputs that come from the column. */
  readonly features: readonly string[];
}

/** A version that a dataset went into. */
export interface DatasetConsumer {
  readonly versionId: string;
  readonly sealedAt: Instant;
  readonly roles: readonly DatasetRole[];
  /** Inputs that come from its columns. */
  readonly featureCount: number;
}

/** A version in a stage that a change of a column reaches. */
export interface ReachedModel extends ColumnUse {
  /** The nearest column that it uses. */
  readonly columnId: string;
  /** Hops of lineage to that column; 0 for the column itself. */
  readonly degree: number;
}

/** An edge of a connection, whose fields beside the node come from what is listed. */
interface Placed<T> {
  readonly cursor: string;
  readonly node: T;
}
export type ColumnUseEdge = Placed<ColumnUse>;
export type DatasetConsumerEdge = Placed<DatasetConsumer>;
export type BoundColumnEdge = Placed<BoundColumn>;

export interface ReachedModels {
  readonly models: readonly ReachedModel[];
  /** What cut the answer; empty when it is complete. */
  readonly truncation: readonly string[];
}
