import type { Queryable } from '../db/database.ts';
import type { Decision } from './decision.ts';

export const DECISION_COLUMNS = `d.id, d.request_id as "requestId", d.round, d.reviewer_id as "reviewerId", d.made_by as "madeBy", d.verdict,
  d.content_digest as "contentDigest", d.evidence_digest as "evidenceDigest", d.comment, d.event_id as "eventId",
  d.decided_at as "decidedAt", d.resolved_by as "resolvedBy", d.resolved_at as "resolvedAt", d.resolution`;

/** What was said in the round that counts, the earliest first. */
export function decisionsOf(db: Queryable, requestId: string, round: number): Promise<readonly Decision[]> {
  return db.query<Decision>(
    `select ${DECISION_COLUMNS} from kernel.approval_decision d where d.request_id = $1 and d.round = $2
     order by d.decided_at, d.id limit 500`,
    [requestId, round],
    'approval_decisions_of',
  );
}
