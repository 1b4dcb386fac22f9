import type { Instant } from '../../../kernel/time.ts';
import type { AssetState, No, Origin, OwnerRole, RootKind } from './asset.ts';
import type { NativeFacts } from './native.ts';

/**
 * The whole state of an asset as history keeps it: enough to answer every question about that moment without another table.
 * Additions are optional fields; nothing is ever renamed, because old rows are read for ever.
 */
export interface SnapshotBody {
  readonly no: No;
  readonly id: string;
  readonly kind: RootKind;
  readonly subtype: string;
  readonly platform: string;
  readonly sourceId: string | null;
  readonly namespace: string;
  readonly name: string;
  readonly simpleName: string;
  readonly parentNo: No | null;
  readonly state: AssetState;
  readonly description: string | null;
  readonly native: NativeFacts;
  readonly firstSeenAt: Instant;
  readonly owners: readonly SnapshotOwner[];
  readonly descriptions: readonly SnapshotText[];
  readonly tags: readonly SnapshotTag[];
  readonly columns: readonly SnapshotColumn[];
}

export interface SnapshotOwner {
  readonly principalId: string;
  readonly role: OwnerRole;
  readonly origin: Origin;
  readonly external: string | null;
  readonly since: Instant;
}

export interface SnapshotText {
  readonly origin: Origin;
  readonly text: string;
  readonly principalId: string;
  readonly since: Instant;
}

export interface SnapshotTag {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly origin: Origin;
  readonly since: Instant;
}

export interface SnapshotColumn {
  readonly no: No;
  readonly id: string;
  readonly name: string;
  readonly ordinal: number;
  readonly nativeType: string;
  readonly nullable: boolean;
  readonly defaultValue: string | null;
  readonly generatedAs: string | null;
  readonly description: string | null;
  readonly firstSeenAt: Instant;
  readonly descriptions: readonly SnapshotText[];
  readonly tags: readonly SnapshotTag[];
}
