import type { LegalHoldResolvers } from '../__generated__/resolvers.ts';
import { findOfKind, findPrincipal } from '../service/findPrincipal.ts';

export const legalHold: LegalHoldResolvers = {
  person: ({ subjectType, subjectId }, _, context) => (subjectType === 'User' ? findOfKind(context, 'user', subjectId) : null),
  placedBy: ({ placedBy }, _, context) => findPrincipal(context, placedBy),
  releasedBy: ({ releasedBy }, _, context) => (releasedBy === null ? null : findPrincipal(context, releasedBy)),
};
