import type { PageArgs } from '../../../../kernel/page.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { reconcile, type Reconciliation, type Stage } from '../../../../kernel/audit/reconcile/reconcile.ts';
import type { Context } from '../../context.ts';
import { requirePresent } from '../requirePresent.ts';
import { checkIdentities, checkKeys, checkSessions } from './checkAccess.ts';
import {
  checkApprovalPolicies,
  checkDecisions,
  checkDelegations,
  checkEvidence,
  checkEvidenceEvents,
  checkGrants,
  checkRequests,
} from './checkApprovals.ts';
import { checkChain, checkEntries, checkHeads } from './checkChain.ts';
import { checkHolds } from './checkHolds.ts';
import { checkMemberships } from './checkMemberships.ts';
import { checkClasses, checkPolicies } from './checkPolicies.ts';
import { checkPrincipals } from './checkPrincipals.ts';

/** The log itself comes first: everything else is held against it. */
const STAGES: readonly Stage[] = [
  { name: 'chain', table: 'kernel.audit_event', start: '0', step: 100, check: checkChain },
  { name: 'heads', table: 'kernel.aggregate', start: '', step: 100, check: checkHeads },
  { name: 'entries', table: 'kernel.log_entry', start: '0', step: 100, check: checkEntries },
  { name: 'principals', table: 'kernel.principal', start: '', step: 100, check: checkPrincipals },
  { name: 'identities', table: 'kernel.external_identity', start: '', step: 100, check: checkIdentities },
  { name: 'memberships', table: 'kernel.membership', start: '', step: 10, check: checkMemberships },
  { name: 'keys', table: 'kernel.access_key', start: '', step: 100, check: checkKeys },
  { name: 'sessions', table: 'kernel.session', start: '', step: 100, check: checkSessions },
  { name: 'holds', table: 'kernel.legal_hold', start: '', step: 100, check: checkHolds },
  { name: 'policies', table: 'kernel.policy_version', start: '0', step: 10, check: checkPolicies },
  { name: 'approvalPolicies', table: 'kernel.approval_policy', start: '', step: 10, check: checkApprovalPolicies },
  { name: 'evidence', table: 'kernel.evidence', start: '', step: 100, check: checkEvidence },
  { name: 'evidenceEvents', table: 'kernel.evidence', start: '0', step: 100, check: checkEvidenceEvents },
  { name: 'requests', table: 'kernel.approval_request', start: '', step: 100, check: checkRequests },
  { name: 'decisions', table: 'kernel.approval_decision', start: '', step: 100, check: checkDecisions },
  { name: 'delegations', table: 'kernel.approval_delegation', start: '', step: 100, check: checkDelegations },
  { name: 'grants', table: 'kernel.access_grant', start: '', step: 100, check: checkGrants },
  { name: 'classes', table: 'kernel.acl_class', start: '0', step: 100, check: checkClasses },
];

/** Holds a page of the kernel's tables against the audit log. @throws Fault FORBIDDEN and those of `reconcile` */
export function reconcileGovernance({ kernel, request }: Context, args: PageArgs): Promise<Reconciliation> {
  requireAction(request, 'audit.read');
  requirePresent(request, 'reconcileGovernance');
  return reconcile(kernel.db, STAGES, 'reconcileGovernance', args, request.signal);
}
