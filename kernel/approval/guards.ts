import type { Digest } from '../canonical.ts';
import type { Queryable } from '../db/database.ts';
import type { Instant } from '../time.ts';
import type { PolicyDocument } from './policyDocument.ts';
import type { Target } from './target.ts';

/** What must hold before something may happen, as it stood from one moment on. */
export interface ApprovalPolicy {
  readonly name: string;
  readonly version: number;
  readonly document: PolicyDocument;
  readonly digest: Digest;
  readonly reason: string;
  readonly authorId: string;
  /** Since when each rule about evidence stands as it does, in the order of the document. */
  readonly evidenceSince: readonly Instant[];
  readonly effectiveFrom: Instant;
  readonly effectiveTo: Instant | null;
}

export const POLICY_COLUMNS = `p.name, p.version, p.document, p.digest, p.reason, p.author_id as "authorId",
  p.evidence_since as "evidenceSince", p.effective_from as "effectiveFrom", p.effective_to as "effectiveTo"`;

/** The policies in force, in the order of their names. */
export function policiesInForce(db: Queryable): Promise<readonly ApprovalPolicy[]> {
  return db.query<ApprovalPolicy>(
    `select ${POLICY_COLUMNS} from kernel.approval_policy p where p.effective_to is null order by p.name`,
    [],
    'approval_policies_in_force',
  );
}

export async function policyVersion(db: Queryable, name: string, version: number): Promise<ApprovalPolicy | null> {
  const [row] = await db.query<ApprovalPolicy>(
    `select ${POLICY_COLUMNS} from kernel.approval_policy p where p.name = $1 and p.version = $2`,
    [name, version],
    'approval_policy_version',
  );
  return row ?? null;
}

/** A target together with what the policy is chosen by. */
export interface GuardedTarget extends Target {
  /** Of the subject, or of what it is a version of. */
  readonly tags: readonly string[];
}

/** The policy that says what must hold; null when nothing guards the target. */
export const guardOf = async (db: Queryable, target: GuardedTarget): Promise<ApprovalPolicy | null> =>
  chooseGuard(await policiesInForce(db), target);

/** The one that asks for the most tags, because it was written for the fewest; of equals the first by name. */
export function chooseGuard(policies: readonly ApprovalPolicy[], target: GuardedTarget): ApprovalPolicy | null {
  const fitting = policies.filter(({ document }) => isFor(document, target));
  const [best] = fitting.toSorted((a, b) => tagsOf(b).length - tagsOf(a).length || (a.name < b.name ? -1 : 1));
  return best ?? null;
}

const tagsOf = ({ document }: ApprovalPolicy): readonly string[] => document.target.tags ?? [];

function isFor({ target: { kind, stage, tags = [] } }: PolicyDocument, target: GuardedTarget): boolean {
  return (
    kind === target.kind && (kind !== 'MODEL_STAGE' || stage === target.key) && tags.every((tag) => target.tags.includes(tag))
  );
}
