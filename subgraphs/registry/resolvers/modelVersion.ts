import type {
  EvidenceDifferenceResolvers,
  EvidenceResolvers,
  ModelDatasetResolvers,
  ModelFigureResolvers,
  ModelVersionResolvers,
} from '../__generated__/resolvers.ts';
import { principal } from '../domain/model.ts';
import { aliasesOf } from '../service/aliases/readAliases.ts';
import { modelCardOf, technicalDocumentationOf } from '../service/documents/gatherFacts.ts';
import { evidenceConnection, evidenceOf } from '../service/evidence/readEvidence.ts';
import { featureConnection, featureCoverage, featureHistoryConnection } from '../service/features/readFeatures.ts';
import { requirePresent } from '../service/presentOnly.ts';
import { artifactConnection, requireSettled } from '../service/versions/readVersions.ts';
import { lower, upper } from './names.ts';

const LIST_MAX = 100;

export const ModelVersion: ModelVersionResolvers = {
  __resolveReference: ({ id }, { anyVersions }) => anyVersions.load(id),
  model: ({ modelNo }, _args, { modelsByNo }) => modelsByNo.load(modelNo),
  // What was sealed later was no digest then.
  digest: ({ state, digest }) => (state === 'DRAFT' ? null : digest),
  manifest: ({ state, manifest }) => (state === 'DRAFT' ? null : manifest),
  sealedAt: ({ state, sealedAt }) => (state === 'DRAFT' ? null : sealedAt),
  source: ({ source }, _args, context) => {
    requirePresent(context, 'source');
    return source;
  },
  description: ({ description }, _args, context) => {
    requirePresent(context, 'description');
    return description;
  },
  tags: ({ id }, _args, context) => {
    requirePresent(context, 'tags');
    return context.versionTags.load(id);
  },
  signature: (version, _args, context) => {
    requireSettled(context, version, 'signature');
    return version.signature;
  },
  params: (version, _args, context) => {
    requireSettled(context, version, 'params');
    return Object.entries(version.params)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value }));
  },
  codeCommit: (version, _args, context) => {
    requireSettled(context, version, 'codeCommit');
    return version.codeCommit;
  },
  artifacts: (version, args, context) => artifactConnection(context, version, args),
  sizeBytes: async (version, _args, context) => {
    requireSettled(context, version, 'sizeBytes');
    return (await context.artifactTotals.load(version.id)).sizeBytes;
  },
  datasets: (version, _args, context) => {
    requireSettled(context, version, 'datasets');
    return context.datasets.load(version.id);
  },
  evidence: (version, { filter, ...args }, context) =>
    evidenceConnection(
      context,
      version,
      { kinds: filter?.kinds?.map(lower) ?? null, latestOnly: filter?.latestOnly ?? false },
      args,
    ),
  featureBindings: (version, { filter, ...args }, context) => featureConnection(context, version, filter, args),
  featureHistory: (version, args, context) => featureHistoryConnection(context, version, args),
  featureCoverage: (version, _args, context) => {
    requireSettled(context, version, 'featureCoverage');
    return featureCoverage(context, version);
  },
  stages: async ({ id }, _args, { stagesOfVersion }) => (await stagesOfVersion.load(id)).slice(0, LIST_MAX),
  aliases: async ({ id, modelNo }, _args, context) =>
    (await aliasesOf(context, { no: modelNo })).filter(({ versionId }) => versionId === id).map(({ alias }) => alias),
  version: ({ version }, _args, context) => {
    requirePresent(context, 'version');
    return version;
  },
  modelCard: (version, _args, context) => modelCardOf(context, version),
  technicalDocumentation: (version, _args, context) => technicalDocumentationOf(context, version),
  createdBy: ({ createdBy }) => principal(createdBy),
};

export const ModelDataset: ModelDatasetResolvers = {
  dataset: async ({ datasetId }, _args, { seenAssets }) =>
    datasetId !== null && (await seenAssets.load(datasetId)) ? { id: datasetId } : null,
};

export const Evidence: EvidenceResolvers = {
  __resolveReference: ({ id }, context) => evidenceOf(context, id),
  kind: ({ kind }) => upper(kind),
  modelVersion: ({ versionId }, _args, { anyVersions }) => anyVersions.load(versionId),
  producer: ({ producerId }) => principal(producerId),
  value: ({ value }) => JSON.parse(value) as unknown,
  auditEntry: ({ eventId }) => ({ id: eventId }),
};

export const EvidenceDifference: EvidenceDifferenceResolvers = { kind: ({ kind }) => upper(kind) };
export const ModelFigure: ModelFigureResolvers = { kind: ({ kind }) => upper(kind) };
