import type { Tx } from '../../../kernel/db/database.ts';

/** What keeps words about something: a hold on it. */
const free = (...ids: readonly string[]): string =>
  `not exists (select from kernel.legal_hold h where h.released_at is null and h.subject_id in (${ids.join(', ')}))`;

/**
 * Takes away what somebody wrote about approvals: why they asked, what they said of it, why they changed rules or delegated. Digests leave
 * words out, so that every row still is what its events say. What a hold on something else keeps stays.
 */
export async function blankWords(tx: Tx, personId: string, text: string): Promise<void> {
  const values = [personId, text];
  await tx.query(
    `update kernel.approval_request r set reason = $2 where r.requested_by = $1 and ${free('r.subject_id', 'r.id')}`,
    values,
    'governance_blank_requests',
  );
  await tx.query(
    `update kernel.approval_decision d set comment = case when d.made_by = $1 and d.comment <> '' then $2 else d.comment end,
       resolution = case when d.resolved_by = $1 and d.resolution is not null then $2 else d.resolution end
     from kernel.approval_request r
     where r.id = d.request_id and (d.made_by = $1 or d.resolved_by = $1) and ${free('r.subject_id', 'r.id', 'd.id')}`,
    values,
    'governance_blank_decisions',
  );
  await tx.query(
    `update kernel.approval_delegation g set reason = $2 where g.from_id = $1 and ${free('g.to_id', 'g.id')}`,
    values,
    'governance_blank_delegations',
  );
  await tx.query(
    `update kernel.approval_policy p set reason = $2 where p.author_id = $1 and ${free(`'approval-policy/' || p.name`)}`,
    values,
    'governance_blank_approval_policies',
  );
  await tx.query(
    `update kernel.policy_version v set reason = $2 where v.author_id = $1 and ${free(`'policies'`)}`,
    values,
    'governance_blank_policies',
  );
}
