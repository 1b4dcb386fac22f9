import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { deleteAlias, setAlias } from '../service/aliases/setAlias.ts';
import { addEvidence } from '../service/evidence/addEvidence.ts';
import { bindFeatures } from '../service/features/bindFeatures.ts';
import { decideFeatureBindings } from '../service/features/decideBindings.ts';
import { proposeFeatureBindings } from '../service/features/proposeBindings.ts';
import { createModel } from '../service/models/createModel.ts';
import { deleteModel } from '../service/models/deleteModel.ts';
import { updateModel } from '../service/models/updateModel.ts';
import { breakGlass } from '../service/stages/breakGlass.ts';
import { promoteModelVersion } from '../service/stages/promote.ts';
import { reviewBreakGlass } from '../service/stages/reviewBreakGlass.ts';
import { rollbackStage } from '../service/stages/rollback.ts';
import { unbindStage } from '../service/stages/unbind.ts';
import { addArtifact, removeArtifact } from '../service/versions/artifacts.ts';
import { createModelVersion } from '../service/versions/createVersion.ts';
import { deleteModelVersion } from '../service/versions/deleteVersion.ts';
import { sealModelVersion } from '../service/versions/sealVersion.ts';
import { updateModelVersion } from '../service/versions/updateVersion.ts';
import { verifyModelVersion } from '../service/versions/verifyVersion.ts';
import { lower } from './names.ts';

/** What the request had read before it wrote is not true any more. */
const writing =
  <I, R>(act: (context: Context, input: I) => Promise<R>) =>
  async (_root: object, { input }: { readonly input: I }, context: Context): Promise<R> => {
    const result = await act(context, input);
    context.forget();
    return result;
  };

export const Mutation: MutationResolvers = {
  createModel: writing(createModel),
  updateModel: writing(updateModel),
  deleteModel: writing(deleteModel),
  createModelVersion: writing(createModelVersion),
  updateModelVersion: writing(updateModelVersion),
  deleteModelVersion: writing(deleteModelVersion),
  addArtifact: writing(addArtifact),
  removeArtifact: writing(removeArtifact),
  sealModelVersion: writing(sealModelVersion),
  verifyModelVersion: writing(verifyModelVersion),
  addEvidence: (root, { input }, context) =>
    writing(addEvidence)(root, { input: { ...input, kind: lower(input.kind) } }, context),
  setAlias: writing(setAlias),
  deleteAlias: writing(deleteAlias),
  promoteModelVersion: writing(promoteModelVersion),
  rollbackStage: writing(rollbackStage),
  unbindStage: writing(unbindStage),
  breakGlass: writing(breakGlass),
  reviewBreakGlass: writing(reviewBreakGlass),
  bindFeatures: writing(bindFeatures),
  proposeFeatureBindings: writing(proposeFeatureBindings),
  decideFeatureBindings: writing(decideFeatureBindings),
};
