import type { Receipt } from '../audit/record.ts';

/** The answer to a mutation as it is stored for a repeat: ids instead of objects, so that a repeat reads the present state. */
export interface MutationResult {
  readonly __typename: string;
  readonly auditId: string;
  readonly readToken: string;
}

export interface RefusedResult extends MutationResult {
  readonly __typename: 'Refused';
  readonly code: string;
  readonly message: string;
  readonly policyIds: readonly string[];
}

export interface ConflictResult extends MutationResult {
  readonly __typename: 'Conflict';
  readonly currentVersion: number;
  readonly message: string;
}

/** A decision against the wish of the caller, before anything was written. */
export interface Refusal {
  readonly refusal: { readonly code: string; readonly message: string };
}

/** The caller read another version than the current one. */
export interface Stale {
  readonly stale: { readonly currentVersion: number; readonly message: string };
}

/** What a mutation answers: what the work returned, where a decision against the wish has become an audited result. */
export type Answer<W> = RefusedResult | (W extends Stale ? ConflictResult : W extends Refusal ? never : W);

/** What every answer to a mutation carries. */
export const tokens = ({ auditId, readToken }: Receipt): Pick<MutationResult, 'auditId' | 'readToken'> => ({
  auditId,
  readToken: readToken.toString(),
});
