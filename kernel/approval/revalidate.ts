import type { Origin } from '../audit/append.ts';
import type { Tx } from '../db/database.ts';
import { durationMs, later } from './duration.ts';
import { latestEvidence } from './evidenceRow.ts';
import { evidenceDigestOf } from './evidenceDigest.ts';
import { contentDigestOf } from './contentDigest.ts';
import { currentSubject } from './gather.ts';
import { type ApprovalPolicy, guardOf, policyVersion } from './guards.ts';
import { isStricter } from './isStricter.ts';
import { moveRequest } from './move.ts';
import { type ApprovalRequest, lockRequests, targetOf } from './request.ts';
import { LIVE } from './states.ts';
import { lockSubject } from './subjectRow.ts';
import type { TargetKind } from './target.ts';

/** Holds live requests about what a policy may be about against the policies in force now. Everybody who sets policies takes turns. */
export async function revalidateAll(tx: Tx, origin: Origin, kind: TargetKind): Promise<void> {
  const subjects = await tx.query<{ id: string }>(
    `select distinct subject_id as id from kernel.approval_request where target_kind = $1 and state = any($2) order by id`,
    [kind, LIVE],
    'approval_live_subjects',
  );
  for (const { id } of subjects) await revalidateSubject(tx, origin, id);
}

/** Where the policy asks for more than a request was frozen with, decisions so far count no more; where none asks, there is nothing to approve. */
export async function revalidateSubject(tx: Tx, origin: Origin, subjectId: string): Promise<void> {
  await lockSubject(tx, subjectId);
  const subject = await currentSubject(tx, subjectId);
  if (subject === null) return;
  for (const request of await lockRequests(tx, subjectId, LIVE)) {
    const target = targetOf(request);
    const guard = await guardOf(tx, { ...target, tags: subject.tags });
    const contentDigest = contentDigestOf(subject, target);
    if (guard === null) await moveRequest(tx, origin, request, { to: 'VOIDED', reason: 'POLICY_RETIRED' });
    else if (contentDigest === null || contentDigest !== request.contentDigest)
      await moveRequest(tx, origin, request, { to: 'VOIDED', reason: 'CONTENT_CHANGED' });
    else if (await asksForMore(tx, guard, request)) {
      const evidenceDigest = evidenceDigestOf(guard.document, await latestEvidence(tx, subjectId));
      await refreeze(tx, origin, request, guard, { contentDigest, evidenceDigest });
    }
  }
}

async function asksForMore(tx: Tx, guard: ApprovalPolicy, request: ApprovalRequest): Promise<boolean> {
  if (guard.name !== request.policyName) return true;
  if (guard.version === request.policyVersion) return false;
  const frozen = await policyVersion(tx, request.policyName, request.policyVersion);
  return frozen === null || isStricter(guard.document, frozen.document);
}

async function refreeze(
  tx: Tx,
  origin: Origin,
  request: ApprovalRequest,
  { name, version, digest, document }: ApprovalPolicy,
  frozen: Pick<ApprovalRequest, 'contentDigest' | 'evidenceDigest'>,
): Promise<void> {
  const refrozen = {
    ...frozen,
    policyName: name,
    policyVersion: version,
    policyDigest: digest,
    decideBy: later(tx.now, durationMs(document.requestExpiresAfter) ?? 0),
  };
  const reason = 'POLICY_CHANGED';
  // One that waits for its revalidation already is opened first, so that this is a change of state as well.
  const opened =
    request.state === 'NEEDS_REVALIDATION' ? (await moveRequest(tx, origin, request, { to: 'OPEN', reason })).request : request;
  await moveRequest(tx, origin, opened, { to: 'NEEDS_REVALIDATION', reason, refrozen });
}
