import { canonicalJson } from '../../kernel/canonical.ts';

export const SUBTYPES = {
  DIRECT: ['IDENTITY', 'TRANSFORMATION', 'AGGREGATION'],
  INDIRECT: ['JOIN', 'GROUP_BY', 'FILTER', 'SORT', 'WINDOW', 'CONDITIONAL'],
} as const;
export type ClaimType = keyof typeof SUBTYPES;
export type ClaimSubtype = (typeof SUBTYPES)[ClaimType][number];

/** A dataset or, with `column`, one of its columns. */
export interface ClaimEnd {
  readonly namespace: string;
  readonly name: string;
  readonly column: string | null;
}

/** Why a claim is not certain. */
export const CLAIM_REASONS = {
  JOB_LEVEL: 'The job has several outputs and does not say which input goes into which.',
  NOT_IN_COLUMN_LINEAGE: 'The job read the dataset; its column lineage does not name it.',
  SUBTYPE_UNKNOWN: 'The event does not say how the value goes on, or says it in a word that the specification does not have.',
} as const;
export type ClaimReason = keyof typeof CLAIM_REASONS;

/** That data flows from one end to another, as an event says it. */
export interface Claim {
  readonly source: ClaimEnd;
  readonly target: ClaimEnd;
  readonly type: ClaimType;
  readonly subtype: ClaimSubtype;
  readonly expression: string | null;
  readonly masking: boolean;
  readonly confidence: number;
  /** Of CLAIM_REASONS, or of what relayed the claim. */
  readonly reasons: readonly string[];
}

const keyOf = ({ source, target, type, subtype }: Claim): string => canonicalJson([source, target, type, subtype]);

/** One claim for each pair of ends and way, in the order of their names. Of two, the surer one stays, then the later one. */
export function distinctClaims(claims: readonly Claim[]): readonly Claim[] {
  const byKey = new Map<string, Claim>();
  for (const claim of claims) {
    const before = byKey.get(keyOf(claim));
    if (before === undefined || claim.confidence >= before.confidence) byKey.set(keyOf(claim), claim);
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, claim]) => claim);
}
