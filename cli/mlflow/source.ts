import type { Readable } from 'node:stream';

/** Key and value of a tag or a parameter. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

export interface SourceExperiment {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number | null;
  readonly tags: readonly Pair[];
}

/** One value of a metric; NaN and the infinities are texts, as JSON has them. */
export interface SourceMetric {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

export interface SourceRun {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly status: string;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  /** Names of its metrics: their histories are read one by one. */
  readonly metricKeys: readonly string[];
  /** As clients log them. */
  readonly datasets: readonly object[];
  /** Ids of the logged models that it wrote. */
  readonly outputs: readonly { readonly modelId: string; readonly step: number }[];
}

export interface SourceLoggedModel {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly runId: string | null;
  readonly isReady: boolean;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  /** What runs measured of it. */
  readonly metrics: readonly (SourceMetric & { readonly runId: string; readonly dataset: string; readonly digest: string })[];
}

export interface SourceModel {
  readonly name: string;
  readonly description: string;
  readonly createdMs: number | null;
  readonly tags: readonly Pair[];
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
}

export interface SourceVersion {
  readonly number: number;
  readonly source: string;
  readonly runId: string | null;
  readonly loggedModelId: string | null;
  readonly description: string;
  readonly stage: string;
  readonly createdMs: number | null;
  readonly tags: readonly Pair[];
}

/** Whose artifacts. */
export interface SourceOwner {
  readonly experimentId: string;
  readonly kind: 'run' | 'model';
  readonly id: string;
}

export interface SourceArtifact {
  /** Below the root of its owner. */
  readonly path: string;
  readonly sizeBytes: number;
  open(): Promise<Readable | ReadableStream>;
}

/** Where experiments, runs and models are read from: a server, or the folder that one wrote. */
export interface MlflowSource {
  /** How it is called in what is imported. */
  readonly label: string;
  experiments(): AsyncIterable<SourceExperiment>;
  runs(experiment: SourceExperiment): AsyncIterable<SourceRun>;
  /** In the order in which it was measured. */
  metric(run: SourceRun, experiment: SourceExperiment, key: string): AsyncIterable<readonly SourceMetric[]>;
  loggedModels(experiment: SourceExperiment): AsyncIterable<SourceLoggedModel>;
  artifacts(owner: SourceOwner): AsyncIterable<SourceArtifact>;
  models(): AsyncIterable<SourceModel>;
  /** With rising numbers. */
  versions(model: SourceModel): Promise<readonly SourceVersion[]>;
}
