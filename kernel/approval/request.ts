import type { Digest } from '../canonical.ts';
import type { Queryable, Tx } from '../db/database.ts';
import type { Instant } from '../time.ts';
import { type ApprovalState, LIVE } from './states.ts';
import type { Target, TargetKind } from './target.ts';

/** Somebody asked that something may happen, with exactly these bytes and this evidence. */
export interface ApprovalRequest {
  readonly id: string;
  readonly targetKind: TargetKind;
  readonly targetKey: string;
  readonly subjectId: string;
  readonly contentDigest: Digest;
  readonly evidenceDigest: Digest;
  readonly policyName: string;
  readonly policyVersion: number;
  readonly policyDigest: Digest;
  readonly reason: string;
  readonly state: ApprovalState;
  readonly stateReason: string | null;
  readonly version: number;
  /** Decisions of earlier rounds count no more. */
  readonly round: number;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly decideBy: Instant;
  readonly decidedAt: Instant | null;
  readonly validUntil: Instant | null;
  readonly grantSeconds: string | null;
  readonly grantUntil: Instant | null;
  readonly endedAt: Instant | null;
}

export const REQUEST_COLUMNS = `r.id, r.target_kind as "targetKind", r.target_key as "targetKey", r.subject_id as "subjectId",
  r.content_digest as "contentDigest", r.evidence_digest as "evidenceDigest", r.policy_name as "policyName",
  r.policy_version as "policyVersion", r.policy_digest as "policyDigest", r.reason, r.state, r.state_reason as "stateReason",
  r.version, r.round, r.requested_by as "requestedBy", r.requested_at as "requestedAt", r.decide_by as "decideBy",
  r.decided_at as "decidedAt", r.valid_until as "validUntil", r.grant_seconds as "grantSeconds", r.grant_until as "grantUntil",
  r.ended_at as "endedAt"`;

export const targetOf = ({ targetKind, targetKey }: ApprovalRequest): Target => ({ kind: targetKind, key: targetKey });

export async function requestById(db: Queryable, id: string): Promise<ApprovalRequest | null> {
  const [row] = await db.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r where r.id = $1`,
    [id],
    'approval_request_by_id',
  );
  return row ?? null;
}

/** The request that may still lead to something, or else the one in use, or else the last one; null when nobody ever asked. */
export async function lastRequest(db: Queryable, subjectId: string, { kind, key }: Target): Promise<ApprovalRequest | null> {
  const [row] = await db.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r where r.subject_id = $1 and r.target_kind = $2 and r.target_key = $3
     order by (r.state = any($4)) desc, (r.state = 'APPLIED') desc, r.requested_at desc, r.id desc limit 1`,
    [subjectId, kind, key, LIVE],
    'approval_last_request',
  );
  return row ?? null;
}

/** Requests about a subject in some of these states, kept until the transaction ends, in the order in which everybody takes them. */
export function lockRequests(tx: Tx, subjectId: string, states: readonly ApprovalState[]): Promise<readonly ApprovalRequest[]> {
  return tx.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r where r.subject_id = $1 and r.state = any($2) order by r.id for update`,
    [subjectId, states],
    'approval_lock_requests',
  );
}
