import type { MutationResult } from '../../../kernel/mutation/mutate.ts';

/** Answers to mutations as they are stored for a repeat: ids, which the resolvers turn into objects as they are then. */
interface OfModel<T extends string> extends MutationResult {
  readonly __typename: T;
  readonly modelId: string;
}
interface OfVersion<T extends string> extends MutationResult {
  readonly __typename: T;
  readonly versionId: string;
}
interface OfBinding<T extends string> extends MutationResult {
  readonly __typename: T;
  readonly bindingId: string;
}

export type ModelCreated = OfModel<'ModelCreated'>;
export type ModelUpdated = OfModel<'ModelUpdated'>;
export type ModelDeleted = OfModel<'ModelDeleted'>;
export type ModelVersionCreated = OfVersion<'ModelVersionCreated'>;
export type ModelVersionUpdated = OfVersion<'ModelVersionUpdated'>;
export type ModelVersionSealed = OfVersion<'ModelVersionSealed'>;
export interface ModelVersionDeleted extends OfVersion<'ModelVersionDeleted'> {
  readonly modelId: string;
}
export interface ArtifactAdded extends OfVersion<'ArtifactAdded'> {
  readonly path: string;
}
export type ArtifactRemoved = OfVersion<'ArtifactRemoved'>;
export interface EvidenceAdded extends OfVersion<'EvidenceAdded'> {
  readonly evidenceId: string;
}
export interface AliasSet extends OfVersion<'AliasSet'> {
  readonly alias: string;
}
export interface AliasDeleted extends OfModel<'AliasDeleted'> {
  readonly alias: string;
}
export interface ModelVersionPromoted extends OfBinding<'ModelVersionPromoted'> {
  /** Why the stored bytes were not read again; null when they were. */
  readonly note: string | null;
}
export interface StageRolledBack extends OfBinding<'StageRolledBack'> {
  readonly note: string | null;
}
export type StageUnbound = OfBinding<'StageUnbound'>;
export interface GlassBroken extends OfBinding<'GlassBroken'> {
  readonly note: string | null;
}
export type BreakGlassReviewed = OfBinding<'BreakGlassReviewed'>;
export interface ModelVersionVerified extends OfVersion<'ModelVersionVerified'> {
  readonly isIntact: boolean;
  readonly findings: readonly BlobFinding[];
  /** Stages that hold it although it is damaged. */
  readonly stages: readonly string[];
}

/** A file whose stored bytes are not those that were sealed. */
export interface BlobFinding {
  readonly path: string;
  readonly found: 'CHANGED' | 'MISSING';
}
