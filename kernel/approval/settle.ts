import type { Origin } from '../audit/append.ts';
import type { Tx } from '../db/database.ts';
import type { Instant } from '../time.ts';
import { durationMs, later } from './duration.ts';
import { evaluate } from './evaluate.ts';
import { gather } from './gather.ts';
import { addGrant } from './grants.ts';
import type { ApprovalPolicy } from './guards.ts';
import { moveRequest } from './move.ts';
import { type ApprovalRequest, targetOf } from './request.ts';
import { areMet } from './requirement.ts';

/** Approves a request once nothing is missing any more. The caller holds subject and request, which is undecided. */
export async function settle(tx: Tx, origin: Origin, request: ApprovalRequest): Promise<ApprovalRequest> {
  const facts = await gather(tx, { subjectId: request.subjectId, target: targetOf(request) }, tx.now, request);
  if ('nothing' in facts || facts.frozen === null || !areMet(evaluate(facts))) return request;
  const validUntil = endOf(tx, request, facts.frozen);
  const { request: approved } = await moveRequest(tx, origin, request, { to: 'APPROVED', decidedAt: tx.now, validUntil });
  const { resourceNo } = facts.subject;
  if (approved.targetKind !== 'DATASET_ACCESS' || resourceNo === null) return approved;
  // Access begins with its approval: nobody applies it later.
  const { request: applied } = await moveRequest(tx, origin, approved, { to: 'APPLIED' });
  await addGrant(tx, origin, applied, resourceNo, validUntil);
  return applied;
}

/** The approval ends with its policy's time, a grant no later than it was asked for. */
function endOf({ now }: Tx, { grantSeconds, grantUntil }: ApprovalRequest, { document }: ApprovalPolicy): Instant {
  const byPolicy = later(now, durationMs(document.validFor) ?? 0);
  const asked = grantUntil ?? (grantSeconds === null ? byPolicy : later(now, Number(grantSeconds) * 1_000));
  return asked < byPolicy ? asked : byPolicy;
}
