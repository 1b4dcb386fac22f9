import type { Origin } from '../audit/append.ts';
import { record, type Receipt } from '../audit/record.ts';
import type { Digest } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import type { Instant } from '../time.ts';
import { endGrant } from './grants.ts';
import { type ApprovalRequest, REQUEST_COLUMNS } from './request.ts';
import { requestHappening } from './requestHappening.ts';
import { type ApprovalState, mayGo } from './states.ts';

/** What becomes of a request; what is left out stays. */
export interface Move {
  readonly to: ApprovalState;
  /** A code; null where somebody asked for it. */
  readonly reason?: string | null;
  /** In words, kept apart from the event. */
  readonly comment?: string | null;
  readonly decidedAt?: Instant;
  readonly validUntil?: Instant;
  /** The request is frozen anew, and decisions so far count no more. */
  readonly refrozen?: Refrozen;
}

export interface Refrozen {
  readonly contentDigest: Digest;
  readonly evidenceDigest: Digest;
  readonly policyName: string;
  readonly policyVersion: number;
  readonly policyDigest: Digest;
  readonly decideBy: Instant;
}

const ENDS: readonly ApprovalState[] = ['REJECTED', 'EXPIRED', 'VOIDED', 'WITHDRAWN', 'REVOKED'];

export interface Moved {
  readonly request: ApprovalRequest;
  readonly receipt: Receipt;
}

/** The one way a request changes its state: row, history and event in one transaction. The caller holds the row. */
export async function moveRequest(tx: Tx, origin: Origin, before: ApprovalRequest, move: Move): Promise<Moved> {
  const { to, reason = null, comment = null, refrozen } = move;
  if (!mayGo(before.state, to)) throw new Error(`a request does not go from ${before.state} to ${to}`);
  const after: ApprovalRequest = {
    ...before,
    ...refrozen,
    state: to,
    stateReason: reason,
    version: before.version + 1,
    round: before.round + (refrozen === undefined ? 0 : 1),
    decidedAt: refrozen === undefined ? (move.decidedAt ?? before.decidedAt) : null,
    validUntil: refrozen === undefined ? (move.validUntil ?? before.validUntil) : null,
    endedAt: ENDS.includes(to) ? tx.now : before.endedAt,
  };
  const receipt = await record(tx, origin, [requestHappening(after, { state: to, reason, comment })]);
  await store(tx, before, after);
  await addMove(tx, after, receipt.auditId);
  if (before.state === 'APPLIED' && to !== 'APPLIED' && before.targetKind === 'DATASET_ACCESS')
    await endGrant(tx, origin, before.id);
  return { request: after, receipt };
}

/** Takes down the state that a request is in now. */
export async function addMove(tx: Tx, request: ApprovalRequest, eventId: string): Promise<void> {
  await tx.query(
    `insert into kernel.approval_move (request_id, version, state, state_reason, round, evidence_digest, policy_name, policy_version,
       decide_by, valid_until, event_id, moved_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      request.id,
      request.version,
      request.state,
      request.stateReason,
      request.round,
      request.evidenceDigest,
      request.policyName,
      request.policyVersion,
      request.decideBy,
      request.validUntil,
      eventId,
      tx.now,
    ],
    'approval_add_move',
  );
}

async function store(tx: Tx, before: ApprovalRequest, after: ApprovalRequest): Promise<void> {
  const [row] = await tx.query<ApprovalRequest>(
    `update kernel.approval_request r set state = $3, state_reason = $4, version = $5, round = $6, decided_at = $7, valid_until = $8,
       ended_at = $9, content_digest = $10, evidence_digest = $11, policy_name = $12, policy_version = $13, policy_digest = $14,
       decide_by = $15
     where r.id = $1 and r.version = $2 returning ${REQUEST_COLUMNS}`,
    [
      before.id,
      before.version,
      after.state,
      after.stateReason,
      after.version,
      after.round,
      after.decidedAt,
      after.validUntil,
      after.endedAt,
      after.contentDigest,
      after.evidenceDigest,
      after.policyName,
      after.policyVersion,
      after.policyDigest,
      after.decideBy,
    ],
    'approval_move_request',
  );
  if (row === undefined) throw new Error(`request ${before.id} was changed by somebody who did not hold it`);
}
