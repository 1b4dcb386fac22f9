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
