import type {
  AccessKeyResolvers,
  PrincipalResolvers,
  ServiceAccountResolvers,
  TeamResolvers,
  UserResolvers,
} from '../__generated__/resolvers.ts';
import { findKey } from '../service/findKey.ts';
import { findOfKind, findPrincipal } from '../service/findPrincipal.ts';
import { readEmail } from '../service/readEmail.ts';
import { membersOf, teamsOf } from '../service/teams/teamReads.ts';
import { readKeys } from '../service/readKeys.ts';

const TYPES = { user: 'User', team: 'Team', service: 'ServiceAccount' } as const;
const STATES = { active: 'ACTIVE', stub: 'STUB', deactivated: 'DEACTIVATED' } as const;

export const principal: PrincipalResolvers = {
  __resolveReference: ({ id }, context) => findPrincipal(context, id),
  __resolveType: ({ kind }) => TYPES[kind],
};

export const user: UserResolvers = {
  __resolveReference: ({ id }, context) => findOfKind(context, 'user', id),
  email: (found, _, context) => readEmail(context, found),
  teams: (found, _, context) => teamsOf(context, found),
  state: ({ state }) => STATES[state],
};

export const team: TeamResolvers = {
  __resolveReference: ({ id }, context) => findOfKind(context, 'team', id),
  members: (found, args, context) => membersOf(context, found, args),
  teams: (found, _, context) => teamsOf(context, found),
};

export const serviceAccount: ServiceAccountResolvers = {
  __resolveReference: ({ id }, context) => findOfKind(context, 'service', id),
  owner: ({ ownerId }, _, context) => (ownerId === null ? null : findOfKind(context, 'user', ownerId)),
  state: ({ state }) => STATES[state],
  accessKeys: ({ id }, _, context) => readKeys(context, id),
  teams: (found, _, context) => teamsOf(context, found),
};

export const accessKey: AccessKeyResolvers = {
  __resolveReference: ({ id }, context) => findKey(context, id),
  holder: ({ principalId }, _, context) => findPrincipal(context, principalId),
};
