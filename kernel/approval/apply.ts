import type { Origin } from '../audit/append.ts';
import type { Receipt } from '../audit/record.ts';
import type { Digest } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { evaluate } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { evidenceDigestOf } from './evidenceDigest.ts';
import { evidenceRequirements } from './evidenceRequirements.ts';
import { contentDigestOf } from './contentDigest.ts';
import { type Asked, gather } from './gather.ts';
import { isStricter } from './isStricter.ts';
import { lockRequest } from './lockRequest.ts';
import { moveRequest } from './move.ts';
import { type ApprovalRequest, requestById, REQUEST_COLUMNS } from './request.ts';
import { areMet, type Requirement, unmetText } from './requirement.ts';
import { type ApprovalState, mayGo } from './states.ts';
import { lockSubject } from './subjectRow.ts';

export interface Wanted extends Asked {
  /** What the caller is about to put there. */
  readonly contentDigest: Digest;
}

export interface ApprovalRefusal {
  readonly refusal: { readonly code: string; readonly message: string; readonly requirements: readonly Requirement[] };
}

/** Why a request that is not APPROVED does not do. */
const REFUSED: Readonly<Partial<Record<ApprovalState, readonly [code: string, text: string]>>> = {
  OPEN: ['APPROVAL_PENDING', 'still waits for its reviewers'],
  NEEDS_REVALIDATION: ['NEEDS_REVALIDATION', 'was asked for under a policy that asks for more now, and waits for its reviewers'],
};

/**
 * Whether what the caller is about to do is approved at this very moment. Holds the subject and then the request until the transaction
 * ends, and looks at everything anew: whether reviewers may still review, thresholds, the policy, the end by the database's clock.
 */
export async function requireApproved(tx: Tx, wanted: Wanted): Promise<{ readonly approvalId: string } | ApprovalRefusal> {
  await lockSubject(tx, wanted.subjectId);
  const request = await lockLast(tx, wanted);
  // The rest of a hundred that apply at once: they do not read everything anew while others wait.
  if (request?.state === 'APPLIED' && request.contentDigest === wanted.contentDigest)
    return refuse('ALREADY_APPLIED', `Approval ${request.id} was applied already.`, []);
  const facts = await gather(tx, wanted, tx.now);
  if ('nothing' in facts)
    return refuse(
      facts.nothing,
      facts.nothing === 'NO_POLICY' ? 'No approval policy in force is about this.' : 'Nothing is known of it.',
      [],
    );
  const requirements = evaluate(facts);
  if (request === null || facts.request === null)
    return refuse('NOT_APPROVED', `Nobody has approved it. ${unmetText(requirements)}`, requirements);
  const [code, text] = REFUSED[request.state] ?? [];
  if (code !== undefined) return refuse(code, `Approval ${request.id} ${text}. ${unmetText(requirements)}`.trim(), requirements);
  if (request.contentDigest !== wanted.contentDigest)
    return refuse(
      'DIGEST_MISMATCH',
      `Approval ${request.id} is for ${request.contentDigest}, not for ${wanted.contentDigest}.`,
      requirements,
    );
  if (!areMet(requirements))
    return refuse(codeOf(requirements), `Approval ${request.id} does not hold. ${unmetText(requirements)}`, requirements);
  return { approvalId: request.id };
}

const refuse = (code: string, message: string, requirements: readonly Requirement[]): ApprovalRefusal => ({
  refusal: { code, message, requirements },
});

/** The request is kept until the transaction ends, whatever its state is. */
async function lockLast(tx: Tx, { subjectId, target: { kind, key } }: Asked): Promise<ApprovalRequest | null> {
  const [row] = await tx.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r
     where r.subject_id = $1 and r.target_kind = $2 and r.target_key = $3 and r.state in ('OPEN', 'APPROVED', 'NEEDS_REVALIDATION', 'APPLIED')
     order by (r.state <> 'APPLIED') desc, r.requested_at desc, r.id desc limit 1 for update`,
    [subjectId, kind, key],
    'approval_lock_last',
  );
  return row ?? null;
}

function codeOf(requirements: readonly Requirement[]): string {
  const unmet = requirements.filter(({ state }) => state !== 'PASS').map(({ kind }) => kind);
  if (unmet.includes('VALIDITY')) return 'APPROVAL_EXPIRED';
  if (unmet.includes('CONTENT')) return 'DIGEST_MISMATCH';
  return unmet.includes('POLICY') ? 'NEEDS_REVALIDATION' : 'REQUIREMENTS_NOT_MET';
}

/** An approval is in use from now on, for the first time or again. The caller has it from `requireApproved` or `reusable`. */
export async function markApplied(tx: Tx, origin: Origin, approvalId: string): Promise<void> {
  await moveRequest(tx, origin, await lockRequest(tx, approvalId), { to: 'APPLIED' });
}

/** Something else is in its place now; until its end it can be gone back to. */
export async function markSuperseded(tx: Tx, origin: Origin, approvalId: string): Promise<void> {
  const request = await lockRequest(tx, approvalId);
  if (request.state === 'APPLIED') await moveRequest(tx, origin, request, { to: 'SUPERSEDED' });
}

/** Takes an approval back, used or not; null when there is nothing to take back. Holds the subject and the request. */
export async function revokeApproval(
  tx: Tx,
  origin: Origin,
  approvalId: string,
  { reason = null, comment = null }: { readonly reason?: string | null; readonly comment?: string | null } = {},
): Promise<Receipt | null> {
  const found = await requestById(tx, approvalId);
  if (found === null) return null;
  await lockSubject(tx, found.subjectId);
  const request = await lockRequest(tx, approvalId);
  if (!mayGo(request.state, 'REVOKED')) return null;
  return (await moveRequest(tx, origin, request, { to: 'REVOKED', reason, comment })).receipt;
}

/**
 * An earlier approval of these bytes that was applied before and still holds: going back needs no new one, unless the policy
 * says so, asks for more by now, or evidence says something else since. Holds the subject and the request.
 */
export async function reusable(tx: Tx, wanted: Wanted): Promise<{ readonly approvalId: string } | null> {
  await lockSubject(tx, wanted.subjectId);
  const { kind, key } = wanted.target;
  const [request] = await tx.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r
     where r.subject_id = $1 and r.target_kind = $2 and r.target_key = $3 and r.state in ('APPLIED', 'SUPERSEDED')
       and r.content_digest = $4 and r.valid_until > $5
     order by r.valid_until desc, r.id desc limit 1 for update`,
    [wanted.subjectId, kind, key, wanted.contentDigest, tx.now],
    'approval_lock_reusable',
  );
  if (request === undefined) return null;
  const facts = await gather(tx, wanted, tx.now, request);
  return 'nothing' in facts || !holdsAgain(facts, request) ? null : { approvalId: request.id };
}

function holdsAgain(facts: Facts, request: ApprovalRequest): boolean {
  const { policy, frozen, subject, target, evidence } = facts;
  if (frozen === null || policy.document.rollback === 'NEW_APPROVAL') return false;
  if (policy.name !== frozen.name || isStricter(policy.document, frozen.document)) return false;
  if (contentDigestOf(subject, target) !== request.contentDigest) return false;
  if (evidenceDigestOf(frozen.document, evidence) === request.evidenceDigest) return true;
  // What is in its place now is what one wants to get away from: nothing is compared with it.
  return areMet(evidenceRequirements(frozen, { ...facts, championEvidence: null }));
}
