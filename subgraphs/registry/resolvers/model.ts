import type { ModelAliasResolvers, ModelResolvers } from '../__generated__/resolvers.ts';
import { principal } from '../domain/model.ts';
import { aliasesOf } from '../service/aliases/readAliases.ts';
import { stageHistoryConnection } from '../service/models/readModels.ts';
import { requirePresent } from '../service/presentOnly.ts';
import { versionConnection } from '../service/versions/readVersions.ts';

const LIST_MAX = 100;

export const Model: ModelResolvers = {
  __resolveReference: ({ id }, { models }) => models.load(id),
  description: ({ description }, _args, context) => {
    requirePresent(context, 'description');
    return description;
  },
  owners: async ({ no }, _args, context) => {
    requirePresent(context, 'owners');
    return (await context.owners.load(no)).map(principal);
  },
  tags: (model, _args, context) => {
    requirePresent(context, 'tags');
    return context.modelTags.load(model.no);
  },
  version: ({ version }, _args, context) => {
    requirePresent(context, 'version');
    return version;
  },
  versions: (model, { filter, ...args }, context) => versionConnection(context, model, filter?.states ?? null, args),
  latest: ({ no }, _args, { latest }) => latest.load(no),
  stages: async ({ no }, _args, { stages }) => (await stages.load(no)).slice(0, LIST_MAX),
  stageHistory: (model, { stage, ...args }, context) => stageHistoryConnection(context, model, stage ?? null, args),
  aliases: async (model, _args, context) => (await aliasesOf(context, model)).slice(0, LIST_MAX),
  createdBy: ({ createdBy }) => principal(createdBy),
  updatedAt: ({ updatedAt }, _args, context) => {
    requirePresent(context, 'updatedAt');
    return updatedAt;
  },
  // As of an earlier time it had not gone yet.
  deletedAt: ({ deletedAt }, _args, { request }) =>
    deletedAt !== null && request.asOf !== null && deletedAt > request.asOf ? null : deletedAt,
};

export const ModelAlias: ModelAliasResolvers = {
  modelVersion: ({ versionId }, _args, { versions }) => versions.load(versionId),
};
