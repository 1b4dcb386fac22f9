import type { AccessResolvers, PolicyTestResolvers, PolicyVersionResolvers } from '../__generated__/resolvers.ts';
import { findPrincipal } from '../service/findPrincipal.ts';

export const policyVersion: PolicyVersionResolvers = {
  author: ({ authorId }, _, context) => findPrincipal(context, authorId),
  decidedBy: ({ decidedBy }, _, context) => (decidedBy === null ? null : findPrincipal(context, decidedBy)),
};

export const policyTest: PolicyTestResolvers = {
  by: ({ by }) => by ?? null,
  resource: ({ resource }) => resource ?? null,
};

export const access: AccessResolvers = {
  effect: ({ effect }) => (effect === 'allow' ? 'ALLOW' : 'DENY'),
  policies: ({ policyIds }, _, { request: { policies } }) =>
    policyIds.map((id) => ({
      id,
      reason: policies.annotation(id, 'reason'),
      control: policies.annotation(id, 'control'),
      text: policies.texts.get(id) ?? null,
    })),
};
