import type { ApprovalState } from '../../../../kernel/approval/states.ts';
import type { Instant } from '../../../../kernel/time.ts';

/** A version of a model, of which governance knows nothing but the id. */
export interface ModelVersion {
  readonly id: string;
}

/** A term or a data product, of which governance knows nothing but the id. */
export interface Approvable {
  readonly id: string;
}

/** A state that a request was in. */
export interface ApprovalMove {
  readonly requestId: string;
  readonly version: number;
  readonly state: ApprovalState;
  readonly reason: string | null;
  readonly round: number;
  readonly validUntil: Instant | null;
  readonly eventId: string;
  readonly at: Instant;
}

/** That one person decides for another for a time. */
export interface ApprovalDelegation {
  readonly id: string;
  readonly fromId: string;
  readonly toId: string;
  readonly reason: string;
  readonly validFrom: Instant;
  readonly validTo: Instant;
  readonly recordedAt: Instant;
  readonly revokedAt: Instant | null;
}
