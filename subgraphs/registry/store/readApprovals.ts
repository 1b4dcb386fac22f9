import type { Queryable } from '../../../kernel/db/database.ts';
import type { ApprovalFact } from '../domain/documents/facts.ts';

/** Approvals that were asked for of a version, the latest first, with what people said in the last round. */
export const approvalsOf = (db: Queryable, versionId: string): Promise<readonly ApprovalFact[]> =>
  db.query<ApprovalFact>(
    `select r.id, r.target_key as stage, r.state, r.policy_name as "policyName", r.policy_version as "policyVersion",
       r.content_digest as "contentDigest", r.decided_at as "decidedAt",
       (select coalesce(json_agg(json_build_object('reviewerId', d.reviewer_id, 'verdict', d.verdict) order by d.decided_at, d.id), '[]')
        from kernel.approval_decision d where d.request_id = r.id and d.round = r.round) as decisions
     from kernel.approval_request r where r.subject_id = $1 and r.target_kind = 'MODEL_STAGE'
     order by r.requested_at desc, r.id desc limit 50`,
    [versionId],
    'registry_approvals_of',
  );
