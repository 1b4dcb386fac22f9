import type { MutationResolvers } from '../__generated__/resolvers.ts';
import { createAccessKey } from '../service/createAccessKey.ts';
import { createServiceAccount } from '../service/createServiceAccount.ts';
import { createTeam } from '../service/createTeam.ts';
import { createUser } from '../service/createUser.ts';
import { revokeAccessKey } from '../service/revokeAccessKey.ts';

export const mutation: MutationResolvers = {
  createUser: (_, { input }, context) => createUser(context, input),
  createTeam: (_, { input }, context) => createTeam(context, input),
  createServiceAccount: (_, { input }, context) => createServiceAccount(context, input),
  createAccessKey: (_, { input }, context) => createAccessKey(context, input),
  revokeAccessKey: (_, { input }, context) => revokeAccessKey(context, input),
};
