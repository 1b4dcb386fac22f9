import type {
  BoundColumnEdgeResolvers,
  ColumnResolvers,
  ColumnUseEdgeResolvers,
  DatasetConsumerEdgeResolvers,
  DatasetResolvers,
  FeatureBindingResolvers,
  FeatureBindingsDecidedResolvers,
  FeatureBindingsProposedResolvers,
  FeatureCoverageResolvers,
  FeaturesBoundResolvers,
  ReachedModelResolvers,
  ReachedModelsResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { principal } from '../domain/model.ts';
import { modelsReached } from '../service/features/modelsReached.ts';
import { boundColumns } from '../service/features/readFeatures.ts';
import { consumedBy, usedBy } from '../service/features/usedBy.ts';

/** Null for what the caller may not see. */
const seen = async ({ seenAssets }: Context, id: string): Promise<{ readonly id: string } | null> =>
  (await seenAssets.load(id)) ? { id } : null;

/** Whoever has the id of a dataset or column learns nothing of it here but models that they may see anyway. */
export const Dataset: DatasetResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  consumedBy: ({ id }, page, context) => consumedBy(context, id, page),
};

export const Column: ColumnResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  usedBy: ({ id }, { during, ...page }, context) => usedBy(context, id, during, page),
  modelsReached: ({ id }, { stage }, context) => modelsReached(context, id, stage),
};

export const ColumnUseEdge: ColumnUseEdgeResolvers = {
  node: ({ node }) => node.binding,
  features: ({ node }) => node.features,
};

export const DatasetConsumerEdge: DatasetConsumerEdgeResolvers = {
  node: ({ node }, _, { versions }) => versions.load(node.versionId),
  roles: ({ node }) => node.roles,
  featureCount: ({ node }) => node.featureCount,
};

export const BoundColumnEdge: BoundColumnEdgeResolvers = {
  node: ({ node }, _, context) => seen(context, node.columnId),
  features: ({ node }) => node.features,
};

export const ReachedModels: ReachedModelsResolvers = { complete: ({ truncation }) => truncation.length === 0 };

export const ReachedModel: ReachedModelResolvers = { column: ({ columnId }, _, context) => seen(context, columnId) };

export const FeatureBinding: FeatureBindingResolvers = {
  column: ({ columnId }, _, context) => seen(context, columnId),
  recordedBy: ({ recordedBy }) => principal(recordedBy),
  auditEntry: ({ eventId }) => ({ id: eventId }),
};

export const FeatureCoverage: FeatureCoverageResolvers = { columns: (coverage, page) => boundColumns(coverage, page) };

const modelVersion = ({ versionId }: { readonly versionId: string }, _args: object, { anyVersions }: Context) =>
  anyVersions.load(versionId);

export const FeaturesBound: FeaturesBoundResolvers = { modelVersion };
export const FeatureBindingsProposed: FeatureBindingsProposedResolvers = { modelVersion };
export const FeatureBindingsDecided: FeatureBindingsDecidedResolvers = { modelVersion };
