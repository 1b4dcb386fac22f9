import type { MutationResult } from '../../../../kernel/mutation/mutate.ts';

/** Answers as they are stored for a repeat. */
interface OfFeatures<T extends string> extends MutationResult {
  readonly __typename: T;
  readonly versionId: string;
}

export interface FeaturesBound extends OfFeatures<'FeaturesBound'> {
  readonly inputs: number;
  readonly bound: number;
}
export interface FeatureBindingsProposed extends OfFeatures<'FeatureBindingsProposed'> {
  readonly proposed: number;
}
export interface FeatureBindingsDecided extends OfFeatures<'FeatureBindingsDecided'> {
  readonly inputs: number;
  readonly bound: number;
}
