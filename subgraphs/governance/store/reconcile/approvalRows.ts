import type { Decision } from '../../../../kernel/approval/decision.ts';
import { DECISION_COLUMNS } from '../../../../kernel/approval/decisions.ts';
import { EVIDENCE_COLUMNS, type EvidenceRow } from '../../../../kernel/approval/evidenceRow.ts';
import { type AccessGrant, GRANT_COLUMNS } from '../../../../kernel/approval/grants.ts';
import { type ApprovalPolicy, POLICY_COLUMNS } from '../../../../kernel/approval/guards.ts';
import { type ApprovalRequest, REQUEST_COLUMNS } from '../../../../kernel/approval/request.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { ApprovalDelegation } from '../../domain/approval/shown.ts';
import { DELEGATION_COLUMNS } from '../approval/delegations.ts';

export const requestsAfter = (db: Queryable, after: string, limit: number): Promise<readonly ApprovalRequest[]> =>
  db.query<ApprovalRequest>(
    `select ${REQUEST_COLUMNS} from kernel.approval_request r where r.id > $1 order by r.id limit $2`,
    [after, limit],
    'governance_reconcile_requests',
  );

export const decisionsAfter = (db: Queryable, after: string, limit: number): Promise<readonly Decision[]> =>
  db.query<Decision>(
    `select ${DECISION_COLUMNS} from kernel.approval_decision d where d.id > $1 order by d.id limit $2`,
    [after, limit],
    'governance_reconcile_decisions',
  );

export const evidenceAfter = (db: Queryable, after: string, limit: number): Promise<readonly EvidenceRow[]> =>
  db.query<EvidenceRow>(
    `select ${EVIDENCE_COLUMNS} from kernel.evidence e where e.id > $1 order by e.id limit $2`,
    [after, limit],
    'governance_reconcile_evidence',
  );

export interface EvidenceEvent {
  readonly seq: string;
  readonly id: string;
  readonly evidenceId: string;
  readonly hasRow: boolean;
}

/** What events say was measured. */
export const evidenceEventsAfter = (db: Queryable, after: string, limit: number): Promise<readonly EvidenceEvent[]> =>
  db.query<EvidenceEvent>(
    `select e.seq::text as seq, e.id, e.subject_id as "evidenceId", exists (select from kernel.evidence v where v.id = e.subject_id) as "hasRow"
     from kernel.audit_event e
     where e.action in ('registry.evidence.added.v1', 'governance.evidence.added.v1') and e.outcome = 'success' and e.seq > $1::bigint
     order by e.seq limit $2`,
    [after, limit],
    'governance_reconcile_evidence_events',
  );

export const grantsAfter = (db: Queryable, after: string, limit: number): Promise<readonly AccessGrant[]> =>
  db.query<AccessGrant>(
    `select ${GRANT_COLUMNS} from kernel.access_grant g where g.id > $1 order by g.id limit $2`,
    [after, limit],
    'governance_reconcile_grants',
  );

export const delegationsAfter = (db: Queryable, after: string, limit: number): Promise<readonly ApprovalDelegation[]> =>
  db.query<ApprovalDelegation>(
    `select ${DELEGATION_COLUMNS} from kernel.approval_delegation g where g.id > $1 order by g.id limit $2`,
    [after, limit],
    'governance_reconcile_delegations',
  );

export interface PolicyToCheck extends ApprovalPolicy {
  /** As audit events call it. */
  readonly id: string;
  readonly isLast: boolean;
}

/** The last version of each policy stands for it in the order; all its versions come together. */
export const approvalPoliciesAfter = (db: Queryable, after: string, limit: number): Promise<readonly PolicyToCheck[]> =>
  db.query<PolicyToCheck>(
    `select 'approval-policy/' || p.name as id, ${POLICY_COLUMNS},
       not exists (select from kernel.approval_policy n where n.name = p.name and n.version > p.version) as "isLast"
     from kernel.approval_policy p join (
       select distinct name from kernel.approval_policy where 'approval-policy/' || name > $1 order by name limit $2) x using (name)
     order by p.name, p.version`,
    [after, limit],
    'governance_reconcile_approval_policies',
  );
