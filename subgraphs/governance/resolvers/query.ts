import type {
  ApprovalRequestFilter,
  AuditFilter,
  MeResolvers,
  PrincipalFilter,
  QueryResolvers,
} from '../__generated__/resolvers.ts';
import { parseInstant } from '../../../kernel/time.ts';
import { notFound } from '../../../kernel/fault.ts';
import { auditCheckpoint } from '../service/log/checkpoint.ts';
import { verifyAudit } from '../service/log/verifyAudit.ts';
import { foldStage } from '../domain/approval/stage.ts';
import { delegationPage } from '../service/approval/delegations.ts';
import {
  approvalPolicies,
  approvalPolicy,
  approvalPolicyVersions,
  findRequest,
  type NarrowedRequests,
  requestPage,
} from '../service/approval/reads.ts';
import { auditPage } from '../service/auditPage.ts';
import { findEntry } from '../service/findEntry.ts';
import { findKey } from '../service/findKey.ts';
import { findPrincipal } from '../service/findPrincipal.ts';
import { explainAccess, myAccess } from '../service/access.ts';
import { keyPage } from '../service/keyPage.ts';
import { holdPage } from '../service/legalHolds.ts';
import { policyLanguage } from '../service/policyLanguage.ts';
import { checkPolicies, policyVersion, policyVersions } from '../service/policyReads.ts';
import { readKeys } from '../service/readKeys.ts';
import { reconcileGovernance } from '../service/reconcile/reconcileGovernance.ts';
import { principalPage } from '../service/principalPage.ts';

const STATES = { ACTIVE: 'active', STUB: 'stub', DEACTIVATED: 'deactivated' } as const;
const OUTCOMES = { SUCCESS: 'success', REFUSED: 'refused', FAILED: 'failed' } as const;

export const query: QueryResolvers = {
  me: (_, __, { request: { principal } }) => ({
    principalId: principal.id,
    roles: principal.roles,
    authMethod: principal.authMethod,
    keyId: principal.keyId ?? null,
  }),
  principal: (_, { id }, context) => findPrincipal(context, id),
  principals: (_, { filter, ...page }, context) => principalPage(context, principalFilter(filter ?? {}), page),
  accessKeys: (_, { filter, ...page }, context) =>
    keyPage(context, { principalId: filter?.principalId ?? null, inForce: filter?.inForce ?? false }, page),
  auditTrail: (_, { filter, ...page }, context) => auditPage(context, auditFilter(filter ?? {}), page),
  auditEntry: (_, { id }, context) => findEntry(context, id),
  auditCheckpoint: (_, __, context) => auditCheckpoint(context),
  verifyAudit: (_, { from, count }, context) => verifyAudit(context, Number(from), count),
  reconcileGovernance: (_, page, context) => reconcileGovernance(context, page),
  legalHolds: (_, { filter, ...page }, context) =>
    holdPage(context, { subjectId: filter?.subjectId ?? null, inForce: filter?.inForce ?? true }, page),
  approvalPolicies: (_, __, context) => approvalPolicies(context),
  approvalPolicy: (_, { name, version }, context) => approvalPolicy(context, name, version ?? null),
  approvalPolicyVersions: (_, { name, ...page }, context) => approvalPolicyVersions(context, name, page),
  approvalRequests: (_, { filter, ...page }, context) => requestPage(context, requestFilter(filter ?? {}), page),
  approvalRequest: (_, { id }, context) => findRequest(context, id),
  approvalDelegations: (_, page, context) => delegationPage(context, page),
  policies: (_, { version }, context) => policyVersion(context, version ?? null),
  policyVersions: (_, page, context) => policyVersions(context, page),
  policyLanguage,
  checkPolicies: (_, { text, tests }, context) => checkPolicies(context, text, tests),
  myAccess: (_, { action, resourceId }, context) => myAccess(context, action, resourceId ?? null),
  explainAccess: (_, { principalId, action, resourceId }, context) =>
    explainAccess(context, principalId, action, resourceId ?? null),
};

export const me: MeResolvers = {
  principal: async ({ principalId }, _, context) => {
    const found = await findPrincipal(context, principalId);
    if (found === null) throw notFound(principalId);
    return found;
  },
  accessKey: ({ keyId }, _, context) => (keyId === null ? null : findKey(context, keyId)),
  accessKeys: ({ principalId }, _, context) => readKeys(context, principalId),
};

const KINDS = { USER: 'user', TEAM: 'team', SERVICE: 'service' } as const;

const requestFilter = ({
  states,
  targetKind,
  subjectId,
  stage,
  requestedBy,
  mineToDecide,
}: Partial<ApprovalRequestFilter>): NarrowedRequests => ({
  states: states ?? null,
  targetKind: targetKind ?? null,
  subjectId: subjectId ?? null,
  targetKey: typeof stage === 'string' ? foldStage(stage) : null,
  requestedBy: requestedBy ?? null,
  isMineToDecide: mineToDecide ?? false,
});

const principalFilter = ({ namePrefix, email, states, kinds }: PrincipalFilter) => ({
  namePrefix: namePrefix ?? null,
  email: email ?? null,
  states: states?.map((state) => STATES[state]) ?? null,
  kinds: kinds?.map((kind) => KINDS[kind]) ?? null,
});

const auditFilter = ({ actorId, subjectId, action, outcome, correlationId, from, to }: AuditFilter) => ({
  actorId: actorId ?? null,
  subjectId: subjectId ?? null,
  action: action ?? null,
  outcome: outcome ? OUTCOMES[outcome] : null,
  correlationId: correlationId ?? null,
  from: from ? parseInstant(from) : null,
  to: to ? parseInstant(to) : null,
});
