import { type Digest, digestOf } from '../canonical.ts';
import type { Instant } from '../time.ts';

export const VERDICTS = ['APPROVE', 'REJECT', 'CHALLENGE', 'ABSTAIN'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What somebody said about a request, and about which bytes and evidence. */
export interface Decision {
  readonly id: string;
  readonly requestId: string;
  readonly round: number;
  /** The human whose judgement counts. */
  readonly reviewerId: string;
  /** Who spoke for them; the same where nobody did. */
  readonly madeBy: string;
  readonly verdict: Verdict;
  readonly contentDigest: Digest;
  readonly evidenceDigest: Digest;
  readonly comment: string;
  readonly eventId: string;
  readonly decidedAt: Instant;
  readonly resolvedBy: string | null;
  readonly resolvedAt: Instant | null;
  readonly resolution: string | null;
}

/** What is held against the row when the tables are reconciled: the row without words, which may have to be forgotten. */
export const decisionDigest = ({ comment: _, resolution: __, eventId: ___, ...decision }: Decision): Digest => digestOf(decision);
