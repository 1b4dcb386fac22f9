import type { PrincipalKind } from '../identity/principal.ts';
import type { Digest } from '../canonical.ts';
import type { Instant } from '../time.ts';

/**
 * Audit event, version 1: final. Its RFC 8785 text is what is stored, hashed and later proved, so no personal data stands in
 * it in clear: people appear by id, and values only as a salted commitment to a body that can be forgotten.
 */
export interface AuditEvent {
  readonly v: 1;
  readonly id: string;
  readonly time: Instant;
  readonly actor: {
    readonly id: string;
    readonly kind: PrincipalKind;
    readonly onBehalfOf: string | null;
    readonly authMethod: string;
  };
  /** `<subgraph>.<noun>.<past>.v1`, the same name as the outbox topic. */
  readonly action: string;
  readonly subject: {
    readonly type: string;
    readonly id: string;
    readonly version: number;
    /** Digest of the subject's state after the event; null where it has none. */
    readonly digest: Digest | null;
  };
  readonly decision: {
    readonly effect: 'allow' | 'deny';
    readonly policyIds: readonly string[];
    readonly policyDigest: Digest;
  };
  readonly outcome: Outcome;
  /** A code, never free text. */
  readonly reason: string | null;
  readonly changes: {
    readonly fields: readonly string[];
    /** sha256 of salt and canonical JSON of the detail; null when the event has none. */
    readonly commitment: Digest | null;
  };
  readonly request: {
    readonly traceId: string;
    readonly operation: string | null;
    readonly queryHash: string | null;
  };
  readonly correlationId: string;
  readonly aggregate: {
    readonly id: string;
    readonly version: number;
    readonly previousEventDigest: Digest | null;
  };
}

export type Outcome = 'success' | 'refused' | 'failed';
