import type { Digest } from '../canonical.ts';
import type { Instant } from '../time.ts';
import type { Decision } from './decision.ts';
import type { EvidenceRow } from './evidenceRow.ts';
import type { ApprovalPolicy } from './guards.ts';
import type { Person } from './people.ts';
import type { ApprovalRequest } from './request.ts';
import type { Subject } from './subjectRow.ts';
import type { Target } from './target.ts';

/** All that it is decided by whether something may happen. */
export interface Facts {
  readonly target: Target;
  readonly subject: Subject;
  /** Digest of what would be approved, as it is now; null when it is not sealed. */
  readonly contentDigest: Digest | null;
  /** The policy that guards the target now. */
  readonly policy: ApprovalPolicy;
  /** The live request, or the one whose approval was applied; null when there is neither. */
  readonly request: ApprovalRequest | null;
  /** The policy that the request was frozen with. */
  readonly frozen: ApprovalPolicy | null;
  /** Of the round that counts. */
  readonly decisions: readonly Decision[];
  /** The latest of each kind and name, the latest first. */
  readonly evidence: readonly EvidenceRow[];
  /** Evidence of what is in the target's place now, or was last; null when nothing ever was. */
  readonly championEvidence: readonly EvidenceRow[] | null;
  /** Everybody whom the subject, the request or a decision names. */
  readonly people: ReadonlyMap<string, Person>;
  /** How many teams have somebody who may review. */
  readonly reviewingTeams: number;
  readonly lastRejectedAt: Instant | null;
  /** The last request that came to nothing, for people to know. */
  readonly lastEnd: { readonly id: string; readonly state: string; readonly reason: string | null } | null;
  readonly at: Instant;
}

/** A request is held against the policy that it was frozen with, everything else against the one in force. */
export const rulesOf = ({ policy, frozen }: Facts): ApprovalPolicy => frozen ?? policy;

/** The command by which approval is asked for. */
export function requestCommand({ subjectId }: Subject, target: Target | ApprovalRequest): string {
  const { kind, key } = 'kind' in target ? target : { kind: target.targetKind, key: target.targetKey };
  if (kind === 'DATASET_ACCESS') return `cadastre approvals request ${subjectId} --access P30D`;
  if (kind === 'MODEL_STAGE') return `cadastre approvals request ${subjectId} --stage ${key}`;
  return `cadastre approvals request ${subjectId}`;
}
