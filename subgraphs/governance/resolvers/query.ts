import type { AuditFilter, MeResolvers, PrincipalFilter, QueryResolvers } from '../__generated__/resolvers.ts';
import { parseInstant } from '../../../kernel/time.ts';
import { notFound } from '../../../kernel/fault.ts';
import { auditCheckpoint } from '../service/log/checkpoint.ts';
import { verifyAudit } from '../service/log/verifyAudit.ts';
import { auditPage } from '../service/auditPage.ts';
import { findEntry } from '../service/findEntry.ts';
import { findPrincipal } from '../service/findPrincipal.ts';
import { explainAccess, myAccess } from '../service/access.ts';
import { keyPage } from '../service/keyPage.ts';
import { policyLanguage } from '../service/policyLanguage.ts';
import { checkPolicies, policyVersion, policyVersions } from '../service/policyReads.ts';
import { reconcileGovernance } from '../service/reconcile/reconcileGovernance.ts';
import { principalPage } from '../service/principalPage.ts';

const STATES = { ACTIVE: 'active', STUB: 'stub', DEACTIVATED: 'deactivated' } as const;
const OUTCOMES = { SUCCESS: 'success', REFUSED: 'refused', FAILED: 'failed' } as const;

export const query: QueryResolvers = {
  me: (_, __, { request: { principal } }) => ({
    principalId: principal.id,
    roles: principal.roles,
    authMethod: principal.authMethod,
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
};

const KINDS = { USER: 'user', TEAM: 'team', SERVICE: 'service' } as const;

const principalFilter = ({ namePrefix, states, kinds }: PrincipalFilter) => ({
  namePrefix: namePrefix ?? null,
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
