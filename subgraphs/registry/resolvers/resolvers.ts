import { principal } from '../domain/model.ts';
import * as features from './features.ts';
import { GateVerdict } from './gate.ts';
import { Model, ModelAlias } from './model.ts';
import { Evidence, EvidenceDifference, ModelDataset, ModelFigure, ModelVersion } from './modelVersion.ts';
import { Mutation } from './mutation.ts';
import { Query } from './query.ts';
import * as results from './results.ts';
import { BreakGlassReview, StageBinding } from './stageBinding.ts';

export const resolvers = {
  Query,
  Mutation,
  Model,
  ModelAlias,
  ModelVersion,
  ModelDataset,
  ModelFigure,
  Evidence,
  EvidenceDifference,
  StageBinding,
  BreakGlassReview,
  GateVerdict,
  Principal: { __resolveType: ({ id }: { readonly id: string }) => principal(id).__typename },
  ...features,
  ...results,
};
