import type { Instant } from '../../../kernel/time.ts';
import type { No, OwnerRole } from './asset.ts';

export type JobRole = 'INPUT' | 'OUTPUT';
export type RunState = 'START' | 'RUNNING' | 'COMPLETE' | 'ABORT' | 'FAIL' | 'UNKNOWN';

/** What reads and writes datasets. Texts that may name datasets are null for a caller who may not see all that it touches. */
export interface Job {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly description: string | null;
  readonly sql: string | null;
  readonly sqlDialect: string | null;
  readonly integration: string | null;
  readonly processingType: string | null;
  readonly jobType: string | null;
  readonly owners: readonly JobOwner[];
  readonly firstSeenAt: Instant;
}

export interface JobOwner {
  readonly principalId: string;
  readonly role: OwnerRole;
  readonly external: string;
}

export interface Run {
  readonly id: string;
  readonly jobId: string;
  /** As the client calls it. */
  readonly runId: string;
  readonly state: RunState;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly lastEventAt: Instant;
  readonly nominalStartAt: Instant | null;
  readonly nominalEndAt: Instant | null;
  /** Null for a caller who may not see all that its job touches. */
  readonly errorMessage: string | null;
  /** The run that started this one; null when nobody has heard of it. */
  readonly parentId: string | null;
}

/** Edges of lists before their jobs and datasets are loaded. */
export interface JobEdge {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

export interface JobDatasetEdge {
  readonly cursor: string;
  readonly node: { readonly no: No; readonly since: Instant };
}

export interface DatasetJobEdge {
  readonly cursor: string;
  readonly node: { readonly jobId: string; readonly since: Instant };
}
