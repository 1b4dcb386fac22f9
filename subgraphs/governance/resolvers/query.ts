import type { AuditFilter, MeResolvers, PrincipalFilter, QueryResolvers } from '../__generated__/resolvers.ts';
import { parseInstant } from '../../../kernel/time.ts';
import { notFound } from '../../../kernel/fault.ts';
import { auditPage } from '../service/auditPage.ts';
import { findEntry } from '../service/findEntry.ts';
import { findPrincipal } from '../service/findPrincipal.ts';
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
  auditTrail: (_, { filter, ...page }, context) => auditPage(context, auditFilter(filter ?? {}), page),
  auditEntry: (_, { id }, context) => findEntry(context, id),
};

export const me: MeResolvers = {
  principal: async ({ principalId }, _, context) => {
    const found = await findPrincipal(context, principalId);
    if (found === null) throw notFound(principalId);
    return found;
  },
};

const principalFilter = ({ namePrefix, states }: PrincipalFilter) => ({
  namePrefix: namePrefix ?? null,
  states: states?.map((state) => STATES[state]) ?? null,
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
