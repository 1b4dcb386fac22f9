import type { CodegenConfig } from '@graphql-codegen/cli';
import { compose } from './gateway/compose.ts';
import { readTypeDefs } from './kernel/graph/typeDefs.ts';

const SCALARS = {
  DateTime: 'string',
  Int64: 'bigint | number | string',
  Urn: 'string',
  Digest: 'string',
  JSON: 'unknown',
  ID: 'string',
  _FieldSet: 'string',
};

/** One generated file a subgraph: resolver types, checked against that subgraph's own domain types. */
const subgraph = (name: string, mappers: Record<string, string>) => ({
  [`subgraphs/${name}/__generated__/resolvers.ts`]: {
    schema: [`subgraphs/${name}/schema.graphql`, 'contracts/shared.graphql'],
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      contextType: '../context.ts#Context',
      mappers,
      useTypeImports: true,
      importExtension: '.ts' as const,
      emitLegacyCommonJSImports: false,
      enumsAsTypes: true,
      immutableTypes: true,
      strictScalars: true,
      scalars: SCALARS,
      resolversNonOptionalTypename: { unionMember: true, interfaceImplementingType: true },
      optionalResolveType: true,
      noSchemaStitching: true,
    },
  },
});

const types = (file: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `../domain/${file}.ts#${name} as ${name}Entity`]));

/** What clients see of all subgraphs together. */
const { apiSdl } = compose(['catalog', 'governance'].map((name) => ({ name, typeDefs: readTypeDefs(name) })));

const config: CodegenConfig = {
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    ...subgraph('catalog', {
      ...types('asset', [
        'Container',
        'Dataset',
        'Column',
        'Dashboard',
        'Owner',
        'AssignedTag',
        'Tag',
        'SourcedText',
        'AssetVersion',
        'ForeignKey',
        'DatasetStatistics',
      ]),
      ...types('source', ['Source', 'Crawl', 'CrawlScope']),
      ...types('search', ['SearchEdge']),
      ...types('quality', ['QualitySignal', 'QualityResult', 'DatasetQuality', 'Metric']),
      LineageGraph: '../domain/lineage/edge.ts#Graph as GraphEntity',
      LineageNode: '../domain/lineage/edge.ts#LeveledNode as LeveledNodeEntity',
      LineageEdge: '../store/lineageEdges.ts#EdgeDetail as EdgeDetailEntity',
      LineageShortcut: '../domain/lineage/contract.ts#Shortcut as ShortcutEntity',
      ...types('job', ['Job', 'Run', 'JobOwner', 'JobEdge', 'JobDatasetEdge', 'DatasetJobEdge']),
      LineagePath: '../domain/lineage/edge.ts#Path as PathEntity',
      ...types('merge/proposal', ['MergeProposal', 'MergeCandidate']),
      Impact: '../service/lineage/impact.ts#Impact as ImpactEntity',
      AffectedAsset: '../domain/lineage/affected.ts#Affected as AffectedEntity',
      AffectedOwner: '../service/lineage/impact.ts#AffectedOwner as AffectedOwnerEntity',
      AssetEdge: '../domain/listed.ts#AssetEdge as AssetEdgeEntity',
      ...types('asset', ['User', 'Team', 'ServiceAccount', 'Principal']),
      ...types('result', [
        'SourceAdded',
        'SourceUpdated',
        'SourceTested',
        'SourceRemoved',
        'CrawlStarted',
        'CrawlCancelled',
        'CrawlReleased',
        'OwnersSet',
        'DescriptionSet',
        'TagCreated',
        'AssetsTagged',
        'AssetsMerged',
        'AssetsUnmerged',
        'LineageAdded',
        'LineageRemoved',
        'MetadataIngested',
      ]),
    }),
    ...subgraph('governance', {
      ...types('principal', ['Principal', 'User', 'Team', 'ServiceAccount', 'AccessKey', 'Me']),
      ...types('audit', ['Asset', 'AuditEntry', 'AuditCheckpoint', 'AuditVerification']),
      InclusionProof: '../service/log/proofOf.ts#EntryProof as EntryProofEntity',
      ...types('policy', ['PolicyVersion', 'PolicyTest', 'PolicyProblem', 'Access']),
      ...types('result', [
        'UserCreated',
        'TeamCreated',
        'ServiceAccountCreated',
        'AccessKeyCreated',
        'AccessKeyRevoked',
        'AccessKeyRotated',
        'UserDeactivated',
        'UserReactivated',
        'RolesSet',
        'ServiceOwnerSet',
        'TeamMembersAdded',
        'TeamMembersRemoved',
        'TeamRenamed',
        'TeamLinked',
        'PoliciesProposed',
        'PoliciesDecided',
        'PersonErased',
      ]),
    }),
    // Operations of tests: an answer that the schema does not promise fails to compile.
    'test/__generated__/': {
      schema: apiSdl,
      documents: ['test/e2e/*.graphql'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: { ...SCALARS, Int64: 'number | string' },
      },
    },
  },
};
export default config;
