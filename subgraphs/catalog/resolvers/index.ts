import type { Resolvers } from '../__generated__/resolvers.ts';
import { loadAsset, ownerFields, sourcedTextFields, upper } from './assetFields.ts';
import { Column } from './column.ts';
import { Container } from './container.ts';
import { Dataset, ForeignKey } from './dataset.ts';
import { Dashboard } from './dashboard.ts';
import { DataProduct, DataProductMemberEdge, GlossaryTerm, TermAssetEdge } from './glossary.ts';
import * as jobs from './job.ts';
import * as lineage from './lineage.ts';
import { Mutation } from './mutation.ts';
import { MergeCandidate, MergeProposal } from './merge.ts';
import { Metric, QualitySignal } from './quality.ts';
import { Query } from './query.ts';
import * as results from './results.ts';
import { FACET_FIELDS } from '../domain/facets.ts';
import { searchFacets } from '../service/searchConnection.ts';
import { Crawl, CrawlScope, Source } from './source.ts';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Asset: { __resolveReference: ({ id }, { reader }) => reader.byId(id) },
  Container,
  Dataset,
  Column,
  Dashboard,
  GlossaryTerm,
  TermAssetEdge,
  DataProduct,
  DataProductMemberEdge,
  QualitySignal,
  Metric,
  ForeignKey,
  Source,
  Crawl,
  CrawlScope,
  MergeProposal,
  MergeCandidate,
  ...results,
  ...jobs,
  LineageGraph: lineage.LineageGraph,
  LineageNode: lineage.LineageNode,
  LineageEdge: lineage.LineageEdge,
  LineageShortcut: lineage.LineageShortcut,
  LineagePath: lineage.LineagePath,
  Impact: lineage.Impact,
  AffectedAsset: lineage.AffectedAsset,
  AffectedOwner: lineage.AffectedOwner,
  Owner: ownerFields,
  SourcedText: sourcedTextFields,
  AssignedTag: { origin: ({ origin }) => upper(origin) },
  Tag: { __resolveReference: ({ id }, { tags }) => tags.load(id) },
  AssetVersion: { auditId: ({ eventId }) => eventId, state: ({ state }) => upper(state) },
  AssetEdge: { node: ({ node }, _args, context) => loadAsset(context, node.no) },
  SearchConnection: {
    facets: ({ wish }, { by, first }, context) => searchFacets(context, wish, by ?? FACET_FIELDS, first ?? 10),
  },
  SearchEdge: {
    node: ({ no }, _args, context) => loadAsset(context, no),
    columns: async ({ columnNos }, _args, { reader }) =>
      (await Promise.all(columnNos.map((no) => reader.column(no)))).filter((column) => column !== null),
  },
};
