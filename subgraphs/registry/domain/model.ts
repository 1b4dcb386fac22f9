import type { EvidenceKind } from '../../../kernel/approval/evidenceValue.ts';
import type { Digest } from '../../../kernel/canonical.ts';
import type { Instant } from '../../../kernel/time.ts';

/** Number of a model in the space that policies share with assets: a bigint as text. */
export type No = string;

/** A model: a name under which versions are kept. */
export interface Model {
  readonly no: No;
  readonly id: string;
  readonly name: string;
  readonly foldedName: string;
  readonly description: string;
  /** The last version number that was handed out. */
  readonly lastNumber: number;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly deletedAt: Instant | null;
}

/** A label of a model or a version. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type VersionState = 'DRAFT' | 'SEALED' | 'DAMAGED' | 'DELETED';

/** What goes into a model or comes out of it. */
export interface Feature {
  readonly name: string;
  /** As the framework says it, e.g. `double` or `tensor(float32)`. */
  readonly type: string;
  /** Of a tensor; -1 where a dimension varies. */
  readonly shape: readonly number[] | null;
  readonly isRequired: boolean;
}

export interface Signature {
  readonly inputs: readonly Feature[];
  readonly outputs: readonly Feature[];
}

export type ParamValue = string | number | boolean;

export interface ModelVersion {
  readonly id: string;
  readonly modelNo: No;
  readonly modelId: string;
  readonly number: number;
  readonly state: VersionState;
  /** sha256 of the manifest; null for a draft. */
  readonly digest: Digest | null;
  /** The exact text whose digest it is. */
  readonly manifest: string | null;
  readonly source: string;
  readonly runId: string | null;
  readonly description: string;
  readonly codeCommit: string | null;
  readonly signature: Signature | null;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Counts changes. */
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly sealedAt: Instant | null;
}

/** A file of a version. The path is a label: its bytes are found by their digest. */
export interface Artifact {
  readonly path: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Loading it may run code; it is kept as opaque bytes and never loaded. */
  readonly isExecutable: boolean;
}

export const DATASET_ROLES = ['TRAINING', 'VALIDATION', 'TEST'] as const;
export type DatasetRole = (typeof DATASET_ROLES)[number];

/** What a version was trained and tested on. */
export interface VersionDataset {
  readonly role: DatasetRole;
  readonly urn: string;
  /** Null where the catalog did not know it. */
  readonly datasetId: string | null;
  readonly asOf: Instant | null;
  readonly digest: string | null;
}

export interface AliasBinding {
  readonly alias: string;
  readonly versionId: string;
  readonly boundFrom: Instant;
  readonly boundTo: Instant | null;
}

export type BindingKind = 'PROMOTION' | 'ROLLBACK' | 'BREAK_GLASS' | 'RESTORED';

/** Which version is or was in a stage. */
export interface StageBinding {
  readonly id: string;
  readonly modelNo: No;
  readonly stage: string;
  /** Counts the bindings of the stage from 1. */
  readonly number: number;
  readonly versionId: string;
  readonly digest: Digest;
  readonly kind: BindingKind;
  readonly approvalId: string | null;
  readonly reason: string;
  readonly incident: string | null;
  readonly boundBy: string;
  readonly boundFrom: Instant;
  readonly boundTo: Instant | null;
  readonly expiresAt: Instant | null;
  readonly eventId: string;
  readonly endEventId: string | null;
}

/** Something that somebody measured or wrote of the sealed bytes of a version. */
export interface Evidence {
  readonly seq: string;
  readonly id: string;
  readonly versionId: string;
  readonly subjectDigest: Digest;
  readonly kind: EvidenceKind;
  readonly name: string;
  readonly producerId: string;
  readonly tool: string;
  readonly toolVersion: string;
  readonly inputsDigest: string | null;
  /** Canonical JSON. */
  readonly value: string;
  readonly digest: Digest;
  readonly eventId: string;
  readonly recordedAt: Instant;
  /** False when a later one of the same kind and name counts. */
  readonly isLatest: boolean;
}

/** Somebody's word on a break-glass; open as long as there is none. */
export interface BreakGlassReview {
  readonly binding: StageBinding;
  readonly outcome: 'JUSTIFIED' | 'NOT_JUSTIFIED' | null;
  readonly comment: string | null;
  readonly reviewedBy: string | null;
  readonly reviewedAt: Instant | null;
}

/** A stub of somebody whom governance knows. */
export interface Principal {
  readonly __typename: 'User' | 'Team' | 'ServiceAccount';
  readonly id: string;
}
export type User = Principal;
export type Team = Principal;
export type ServiceAccount = Principal;

/** The kind of a principal stands in its id. */
export function principal(id: string): Principal {
  return { __typename: id.startsWith('tea_') ? 'Team' : id.startsWith('svc_') ? 'ServiceAccount' : 'User', id };
}
