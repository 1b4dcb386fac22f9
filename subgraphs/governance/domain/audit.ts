import type { AuditEvent, Outcome } from '../../../kernel/audit/event.ts';
import type { Digest } from '../../../kernel/canonical.ts';
import type { Instant } from '../../../kernel/time.ts';

/** Something of the catalog's, of which governance knows nothing but the id. */
export interface Asset {
  readonly id: string;
}

/** One recorded event: the text that was recorded, and what it says. */
export interface AuditEntry {
  readonly sequence: string;
  readonly digest: Digest;
  readonly canonical: string;
  readonly event: AuditEvent;
}

/** What the log claims to be at one size. */
export interface AuditCheckpoint {
  readonly origin: string;
  readonly epoch: number;
  readonly size: number;
  readonly root: string;
  readonly note: string;
  readonly witnesses: readonly string[];
  readonly precededBy: string | null;
  readonly verifierKey: string;
  readonly recordedAt: Instant;
  readonly waiting: number;
}

/** What was found in a part of the log. */
export interface AuditVerification {
  readonly consistent: boolean;
  readonly from: number;
  readonly to: number;
  readonly treeSize: number;
  readonly firstBadIndex: number | null;
  readonly findings: readonly string[];
}

/** What a list of entries is narrowed to; null asks for nothing. */
export interface AuditFilter {
  readonly actorId: string | null;
  /** The thing itself or, where its versions count for others, what is below it. */
  readonly subjectId: string | null;
  readonly action: string | null;
  readonly outcome: Outcome | null;
  readonly correlationId: string | null;
  /** Not before. */
  readonly from: Instant | null;
  /** Before. */
  readonly to: Instant | null;
  /** What was recorded up to this moment. */
  readonly asOf: Instant | null;
}
