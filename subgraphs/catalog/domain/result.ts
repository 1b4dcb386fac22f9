import type { MutationResult } from '../../../kernel/mutation/mutate.ts';
import type { No } from './asset.ts';

/** Answers to mutations as they are stored for a repeat: ids, which the resolvers turn into objects as they are then. */
export interface SourceAdded extends MutationResult {
  readonly __typename: 'SourceAdded';
  readonly engine: string | null;
  readonly sourceId: string;
}
export interface SourceUpdated extends MutationResult {
  readonly __typename: 'SourceUpdated';
  readonly sourceId: string;
  readonly mergedDatasets: number;
  readonly isMore: boolean;
}
export interface SourceRemoved extends MutationResult {
  readonly __typename: 'SourceRemoved';
  readonly sourceId: string;
}
export interface SourceTested extends MutationResult {
  readonly __typename: 'SourceTested';
  readonly engine: string | null;
  readonly readOnly: boolean | null;
  readonly problem: string | null;
  readonly scopes: readonly { readonly path: readonly string[]; readonly readable: boolean; readonly reason: string | null }[];
  readonly queries: { readonly readable: boolean; readonly reason: string | null } | null;
}
export interface CrawlStarted extends MutationResult {
  readonly __typename: 'CrawlStarted';
  readonly crawlId: string;
  readonly alreadyRunning: boolean;
}
export interface CrawlCancelled extends MutationResult {
  readonly __typename: 'CrawlCancelled';
  readonly crawlId: string;
}
export interface CrawlReleased extends MutationResult {
  readonly __typename: 'CrawlReleased';
  readonly crawlId: string;
}
export interface OwnersSet extends MutationResult {
  readonly __typename: 'OwnersSet';
  readonly assetNo: No;
}
export interface DescriptionSet extends MutationResult {
  readonly __typename: 'DescriptionSet';
  readonly assetNo: No;
}
export interface TagCreated extends MutationResult {
  readonly __typename: 'TagCreated';
  readonly tagId: string;
}
export interface AssetsTagged extends MutationResult {
  readonly __typename: 'AssetsTagged';
  readonly assetNos: readonly No[];
}
export interface LineageAdded extends MutationResult {
  readonly __typename: 'LineageAdded';
  readonly evidenceKey: string;
}
export interface LineageRemoved extends MutationResult {
  readonly __typename: 'LineageRemoved';
  readonly closed: number;
}
export interface MetadataIngested extends MutationResult {
  readonly __typename: 'MetadataIngested';
  readonly datasets: number;
  readonly edgesOpened: number;
  readonly edgesClosed: number;
  readonly unresolved: number;
  readonly signals: number;
  readonly results: number;
  readonly metrics: number;
  readonly dashboards: number;
  readonly isRepeat: boolean;
}
export interface AssetsMerged extends MutationResult {
  readonly __typename: 'AssetsMerged';
  readonly assetNo: No;
  readonly movedEdges: number;
  readonly waitingEdges: number;
  readonly unmatchedColumns: readonly string[];
}
export interface AssetsUnmerged extends MutationResult {
  readonly __typename: 'AssetsUnmerged';
  readonly assetNo: No;
  readonly returnedEdges: number;
}
export interface GlossaryTermCreated extends MutationResult {
  readonly __typename: 'GlossaryTermCreated';
  readonly termId: string;
}
export interface GlossaryTermUpdated extends MutationResult {
  readonly __typename: 'GlossaryTermUpdated';
  readonly termId: string;
}
export interface GlossaryTermPublished extends MutationResult {
  readonly __typename: 'GlossaryTermPublished';
  readonly termId: string;
}
export interface GlossaryTermDeprecated extends MutationResult {
  readonly __typename: 'GlossaryTermDeprecated';
  readonly termId: string;
}
export interface GlossaryTermDeleted extends MutationResult {
  readonly __typename: 'GlossaryTermDeleted';
  readonly termId: string;
}
export interface GlossaryTermAssigned extends MutationResult {
  readonly __typename: 'GlossaryTermAssigned';
  readonly termId: string;
  readonly assetNos: readonly No[];
}
export interface GlossaryTermUnassigned extends MutationResult {
  readonly __typename: 'GlossaryTermUnassigned';
  readonly termId: string;
  readonly assetNos: readonly No[];
}
export interface DataProductCreated extends MutationResult {
  readonly __typename: 'DataProductCreated';
  readonly productId: string;
}
export interface DataProductUpdated extends MutationResult {
  readonly __typename: 'DataProductUpdated';
  readonly productId: string;
}
export interface DataProductDeleted extends MutationResult {
  readonly __typename: 'DataProductDeleted';
  readonly productId: string;
}
export interface DataProductMembersAdded extends MutationResult {
  readonly __typename: 'DataProductMembersAdded';
  readonly productId: string;
}
export interface DataProductMembersRemoved extends MutationResult {
  readonly __typename: 'DataProductMembersRemoved';
  readonly productId: string;
}
