import { badInput } from '../../../kernel/fault.ts';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { askGate } from '../service/gate/gate.ts';
import { compareModelVersions } from '../service/documents/compare.ts';
import { findModel, modelConnection } from '../service/models/readModels.ts';
import { reconcileRegistry } from '../service/reconcile/reconcileRegistry.ts';
import { breakGlassReviews } from '../service/stages/reviewBreakGlass.ts';
import { findVersion } from '../service/versions/readVersions.ts';

export const Query: QueryResolvers = {
  models: (_root, { filter, ...args }, context) => modelConnection(context, filter ?? {}, args),
  model: (_root, args, context) => findModel(context, args),
  modelVersion: (_root, args, context) => findVersion(context, args),
  compareModelVersions: (_root, { left, right }, context) => {
    if (left === right) throw badInput('left and right are the same version. Give two.');
    return compareModelVersions(context, left, right);
  },
  gate: (_root, args, context) => askGate(context, args),
  breakGlassReviews: (_root, { open, ...args }, context) => breakGlassReviews(context, { ...args, isOpen: open ?? null }),
  reconcileRegistry: (_root, args, context) => reconcileRegistry(context, args),
};
