import type {
  AffectedAssetResolvers,
  AffectedOwnerResolvers,
  ImpactResolvers,
  LineageEdgeResolvers,
  LineageGraphResolvers,
  LineageNodeResolvers,
  LineagePathResolvers,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { principal, type Asset } from '../domain/asset.ts';
import type { LineageLevel } from '../domain/lineage/edge.ts';
import { affectedConnection, affectedOwners } from '../service/lineage/impact.ts';
import { lineageGraph, type LineageArgs } from '../service/lineage/lineageGraph.ts';
import { neighboursOf } from '../service/lineage/neighbours.ts';
import { loadAsset } from './assetFields.ts';

export const lineageOf =
  (level: LineageLevel) =>
  (asset: Asset, args: LineageArgs, context: Context): ReturnType<typeof lineageGraph> =>
    lineageGraph(context, [asset], level, args);

const present = <T>(items: readonly (T | null)[]): readonly T[] => items.filter((item) => item !== null);

export const LineageGraph: LineageGraphResolvers = {
  nodes: ({ nodes, level }) => nodes.map((node) => ({ ...node, level })),
  edges: async ({ edgeIds }, _args, { lineageEdges }) => present(await Promise.all(edgeIds.map((id) => lineageEdges.load(id)))),
  complete: ({ truncation }) => truncation.length === 0,
};

export const LineageNode: LineageNodeResolvers = {
  asset: ({ no }, _args, context) => loadAsset(context, no),
  upstreamCount: async (node, _args, context) => (await neighboursOf(context, node)).upstream,
  downstreamCount: async (node, _args, context) => (await neighboursOf(context, node)).downstream,
};

export const LineageEdge: LineageEdgeResolvers = {
  source: ({ sourceNo }, _args, context) => loadAsset(context, sourceNo),
  target: ({ targetNo }, _args, context) => loadAsset(context, targetNo),
  reasons: ({ reasons }) => reasons.slice(0, 10),
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
