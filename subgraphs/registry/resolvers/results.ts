import type {
  AliasDeletedResolvers,
  AliasSetResolvers,
  ArtifactAddedResolvers,
  ArtifactRemovedResolvers,
  BreakGlassReviewedResolvers,
  EvidenceAddedResolvers,
  GlassBrokenResolvers,
  ModelCreatedResolvers,
  ModelUpdatedResolvers,
  ModelVersionCreatedResolvers,
  ModelVersionDeletedResolvers,
  ModelVersionPromotedResolvers,
  ModelVersionSealedResolvers,
  ModelVersionUpdatedResolvers,
  ModelVersionVerifiedResolvers,
  StageRolledBackResolvers,
  StageUnboundResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { evidenceOf } from '../service/evidence/readEvidence.ts';
import { artifactOf } from '../service/versions/readVersions.ts';

// Results hold ids, which lead to things as they are when the answer is read: of a repeat, perhaps long after.
const model = ({ modelId }: { readonly modelId: string }, _args: object, { models }: Context) => models.load(modelId);
const modelVersion = ({ versionId }: { readonly versionId: string }, _args: object, { anyVersions }: Context) =>
  anyVersions.load(versionId);
const binding = ({ bindingId }: { readonly bindingId: string }, _args: object, { bindings }: Context) => bindings.load(bindingId);

export const ModelCreated: ModelCreatedResolvers = { model };
export const ModelUpdated: ModelUpdatedResolvers = { model };
export const ModelVersionCreated: ModelVersionCreatedResolvers = { modelVersion };
export const ModelVersionUpdated: ModelVersionUpdatedResolvers = { modelVersion };
export const ModelVersionSealed: ModelVersionSealedResolvers = { modelVersion };
export const ModelVersionVerified: ModelVersionVerifiedResolvers = { modelVersion };
export const ModelVersionDeleted: ModelVersionDeletedResolvers = { model };
export const ArtifactAdded: ArtifactAddedResolvers = {
  modelVersion,
  artifact: ({ versionId, path }, _args, context) => artifactOf(context, versionId, path),
};
export const ArtifactRemoved: ArtifactRemovedResolvers = { modelVersion };
export const EvidenceAdded: EvidenceAddedResolvers = {
  modelVersion,
  evidence: ({ evidenceId }, _args, context) => evidenceOf(context, evidenceId),
};
export const AliasSet: AliasSetResolvers = { modelVersion };
export const AliasDeleted: AliasDeletedResolvers = { model };
export const ModelVersionPromoted: ModelVersionPromotedResolvers = { binding };
export const StageRolledBack: StageRolledBackResolvers = { binding };
export const StageUnbound: StageUnboundResolvers = { binding };
export const GlassBroken: GlassBrokenResolvers = { binding };
export const BreakGlassReviewed: BreakGlassReviewedResolvers = { binding };
