import type { Decision } from '../../../../kernel/approval/decision.ts';
import { type ApprovalRequest, REQUEST_COLUMNS } from '../../../../kernel/approval/request.ts';
import type { Tx } from '../../../../kernel/db/database.ts';

export async function addDecision(tx: Tx, decision: Decision): Promise<void> {
  await tx.query(
    `insert into kernel.approval_decision (id, request_id, round, reviewer_id, made_by, verdict, content_digest, evidence_digest, comment,
       event_id, decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      decision.id,
      decision.requestId,
      decision.round,
      decision.reviewerId,
      decision.madeBy,
      decision.verdict,
      decision.contentDigest,
      decision.evidenceDigest,
      decision.comment,
      decision.eventId,
      decision.decidedAt,
    ],
    'governance_add_decision',
  );
}

export async function resolveDecision(tx: Tx, { id, resolvedBy, resolvedAt, resolution }: Decision): Promise<void> {
  await tx.query(
    `update kernel.approval_decision set resolved_by = $2, resolved_at = $3, resolution = $4 where id = $1 and resolved_at is null`,
    [id, resolvedBy, resolvedAt, resolution],
    'governance_resolve_decision',
  );
}

/** What was said changes what a reviewer has read of a request: it gets another version. */
export async function countSaid(tx: Tx, { id, version }: ApprovalRequest): Promise<ApprovalRequest> {
  const [row] = await tx.query<ApprovalRequest>(
    `update kernel.approval_request r set version = version + 1 where r.id = $1 and r.version = $2 returning ${REQUEST_COLUMNS}`,
    [id, version],
    'governance_count_said',
  );
  if (row === undefined) throw new Error(`request ${id} was changed by somebody who did not hold it`);
  return row;
}
