import type {
  AffectedAssetResolvers,
  AffectedOwnerResolvers,
  ImpactResolvers,
  LineageEdgeResolvers,
  LineageGraphResolvers,
  LineageNodeResolvers,
  LineagePathResolvers,
  LineageShortcutResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { principal, type Asset, type No } from '../domain/asset.ts';
import type { Job } from '../domain/job.ts';
import type { LineageLevel } from '../domain/lineage/edge.ts';
import { affectedConnection, affectedOwners } from '../service/lineage/impact.ts';
import type { LineageArgs } from '../service/lineage/lineageArgs.ts';
import { lineageGraph } from '../service/lineage/lineageGraph.ts';
import { readDefinition } from '../service/readDefinition.ts';
import { neighboursOf } from '../service/lineage/neighbours.ts';
import { loadAsset } from './assetFields.ts';

export const lineageOf =
  (level: LineageLevel) =>
  (asset: Asset, { level: asked, ...args }: AskedLineage, context: Context): ReturnType<typeof lineageGraph> =>
    lineageGraph(context, [asset], asked ?? level, args);

type AskedLineage = LineageArgs & { readonly level?: LineageLevel | null };

const present = <T>(items: readonly (T | null)[]): readonly T[] => items.filter((item) => item !== null);

export const LineageGraph: LineageGraphResolvers = {
  nodes: ({ nodes, level }) => nodes.map((node) => ({ ...node, level })),
  edges: async ({ edgeIds }, _args, { lineageEdges }) => present(await Promise.all(edgeIds.map((id) => lineageEdges.load(id)))),
  hiddenCount: ({ hidden }) => hidden,
  statistics: ({ nodes, edgeIds, walkMs, sequence }) => ({
    nodes: nodes.length,
    edges: edgeIds.length,
    walkMs,
    fromMemory: sequence !== null,
  }),
  complete: ({ truncation }) => truncation.length === 0,
};

const assetOrNull = (context: Context, no: No | null): Promise<Asset | null> =>
  no === null ? Promise.resolve(null) : loadAsset(context, no);
const jobOrNull = ({ jobs }: Context, id: string | null): Promise<Job | null> =>
  id === null ? Promise.resolve(null) : jobs.job(id);

/** The id of the asset, or of the job where there is none. */
const nodeId = async (context: Context, no: No | null, jobId: string | null): Promise<string | null> =>
  (no === null ? await jobOrNull(context, jobId) : await loadAsset(context, no))?.id ?? null;

export const LineageNode: LineageNodeResolvers = {
  id: ({ no, jobId }, _args, context) => nodeId(context, no, jobId),
  asset: ({ no }, _args, context) => assetOrNull(context, no),
  job: ({ jobId }, _args, context) => jobOrNull(context, jobId),
  stopped: ({ isStopped }) => isStopped,
  upstreamCount: async (node, _args, context) => (await neighboursOf(context, node)).upstream,
  downstreamCount: async (node, _args, context) => (await neighboursOf(context, node)).downstream,
};

export const LineageEdge: LineageEdgeResolvers = {
  sourceId: ({ sourceNo, jobId }, _args, context) => nodeId(context, sourceNo, jobId),
  targetId: ({ targetNo, jobId }, _args, context) => nodeId(context, targetNo, jobId),
  source: ({ sourceNo }, _args, context) => assetOrNull(context, sourceNo),
  target: ({ targetNo }, _args, context) => assetOrNull(context, targetNo),
  job: ({ jobId }, _args, context) => jobOrNull(context, jobId),
  reasons: ({ reasons }) => reasons.slice(0, 10),
  // What was seen later is not known then.
  lastSeenAt: ({ lastSeenAt }, _args, { request: { asOf } }) => (asOf !== null && lastSeenAt > asOf ? asOf : lastSeenAt),
  expression: ({ sourceNo, targetNo, expression }, _args, context) =>
    readDefinition(context, [sourceNo, targetNo], 'expression', expression),
  evidence: ({ sourceNo, targetNo, evidence }, _args, context) =>
    readDefinition(context, [sourceNo, targetNo], 'evidence', evidence),
};

export const LineageShortcut: LineageShortcutResolvers = {
  sourceId: ({ sourceNo }, _args, context) => nodeId(context, sourceNo, null),
  targetId: ({ targetNo }, _args, context) => nodeId(context, targetNo, null),
  source: ({ sourceNo }, _args, context) => loadAsset(context, sourceNo),
  target: ({ targetNo }, _args, context) => loadAsset(context, targetNo),
};

export const LineagePath: LineagePathResolvers = {
  assets: ({ nos }, _args, context) => Promise.all(nos.map((no) => loadAsset(context, no))),
  edges: async ({ edgeIds }, _args, { lineageEdges }) => present(await Promise.all(edgeIds.map((id) => lineageEdges.load(id)))),
};

export const Impact: ImpactResolvers = {
  affected: (impact, args) => affectedConnection(impact, args),
  owners: (impact, _args, context) => affectedOwners(context, impact),
  complete: ({ truncation }) => truncation.length === 0,
};

export const AffectedAsset: AffectedAssetResolvers = { asset: ({ no }, _args, context) => loadAsset(context, no) };
export const AffectedOwner: AffectedOwnerResolvers = { principal: ({ principalId }) => principal(principalId) };
