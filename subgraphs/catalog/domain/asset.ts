import type { Instant } from '../../../kernel/time.ts';
import type { NativeFacts } from './native.ts';

/** Number of an asset or column in the one space that lineage, search and policy share: a bigint as text. */
export type No = string;

export type Origin = 'source' | 'rule' | 'human';
export type OwnerRole = 'TECHNICAL' | 'ACCOUNTABLE' | 'STEWARD';
export type AssetState = 'present' | 'missing' | 'removed';

interface AssetCommon {
  readonly no: No;
  readonly id: string;
  readonly namespace: string;
  readonly platform: string;
  /** What the source says; people and rules may have said more. */
  readonly sourceDescription: string | null;
  readonly state: AssetState;
  readonly version: number;
  readonly firstSeenAt: Instant;
}

interface StoredAsset extends AssetCommon {
  readonly subtype: string;
  readonly qualifiedName: string;
  readonly simpleName: string;
  readonly parentNo: No | null;
  /** Null for what is known from lineage alone. */
  readonly sourceId: string | null;
  readonly columnCount: number;
  readonly native: NativeFacts;
}

export interface Container extends StoredAsset {
  readonly __typename: 'Container';
}

export interface Dataset extends StoredAsset {
  readonly __typename: 'Dataset';
}

/** What reads datasets and is none: a dashboard, a notebook, an application. */
export interface Dashboard extends StoredAsset {
  readonly __typename: 'Dashboard';
}

/** What has a row, a version and a history of its own. */
export type RootAsset = Container | Dataset | Dashboard;

/** How rows and recorded states spell the kinds of these. */
export const TYPE_OF_KIND = { container: 'Container', dataset: 'Dataset', dashboard: 'Dashboard' } as const;
export type RootKind = keyof typeof TYPE_OF_KIND;

export interface Column extends AssetCommon {
  readonly __typename: 'Column';
  readonly datasetNo: No;
  /** Dotted name of its dataset. */
  readonly datasetName: string;
  readonly name: string;
  readonly ordinal: number;
  readonly nativeType: string;
  readonly nullable: boolean;
  readonly defaultValue: string | null;
  readonly generatedAs: string | null;
}

export type Asset = RootAsset | Column;

/** Who owns: the dataset for its columns. */
export const ownedNo = (asset: Asset): No => (asset.__typename === 'Column' ? asset.datasetNo : asset.no);

export interface Owner {
  readonly role: OwnerRole;
  readonly origin: Origin;
  readonly principalId: string;
  readonly external: string | null;
  readonly since: Instant;
}

/** A stub of somebody whom governance knows. */
export interface Principal {
  readonly __typename: 'User' | 'Team' | 'ServiceAccount';
  readonly id: string;
}
export type User = Principal;
export type Team = Principal;
export type ServiceAccount = Principal;

/** The kind of a principal stands in its id; no look-up in another room is needed to say it. */
export function principal(id: string): Principal {
  return { __typename: id.startsWith('tea_') ? 'Team' : id.startsWith('svc_') ? 'ServiceAccount' : 'User', id };
}

export interface SourcedText {
  readonly text: string;
  readonly origin: Origin;
  readonly principalId: string | null;
  readonly setAt: Instant | null;
}

export interface Tag {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

export interface AssignedTag {
  readonly tag: Tag;
  readonly origin: Origin;
  readonly since: Instant;
}

export interface AssetVersion {
  readonly assetNo: No;
  readonly version: number;
  readonly recordedFrom: Instant;
  readonly recordedTo: Instant | null;
  readonly digest: string;
  readonly eventId: string;
  readonly simulated: boolean;
  readonly state: AssetState;
  readonly description: string | null;
  readonly owners: readonly Owner[];
  readonly columnCount: number;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** Where names of the key lead: the dataset that has it. */
  readonly dataset: Dataset;
  readonly references: { readonly path: readonly string[]; readonly columns: readonly string[] };
}

export interface DatasetStatistics {
  readonly measuredAt: Instant;
  readonly rowCountEstimate: string | null;
  readonly sizeBytes: string | null;
}
