import type { Principal } from './identity/principal.ts';
import type { TellDenied } from './policy/decision.ts';
import type { PolicySet } from './policy/policySet.ts';
import type { Instant } from './time.ts';

/** What every subgraph knows of the request it serves. Subgraphs add their own loaders and services to it. */
export interface RequestContext {
  readonly principal: Principal;
  /** The policies in force when the request came; the same for all of it. */
  readonly policies: PolicySet;
  /** Takes down what a fault says no to. */
  readonly denied?: TellDenied;
  /** Data as of then, permissions as of now; null for the present. */
  readonly asOf: Instant | null;
  /** Reads must have caught up to this outbox sequence; null when the caller does not care. */
  readonly readToken: bigint | null;
  readonly trace: { readonly traceId: string; readonly operation: string | null; readonly queryHash: string | null };
  /** Joins everything that follows from one action of one person. */
  readonly correlationId: string;
  /** Recorded time of what the request writes, instead of now: only for the simulated history of the bundled sample. */
  readonly simulatedAt?: Instant;
  /** Fires when the client is gone or the deadline is over. */
  readonly signal: AbortSignal;
}
