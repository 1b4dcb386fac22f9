import type { Resolvers } from '../__generated__/resolvers.ts';
import { getKey } from '../service/findKey.ts';
import { getOfKind } from '../service/findPrincipal.ts';

/** Answers to mutations hold ids; what they stand for is read when the answer is. */
export const payloads: Pick<
  Resolvers,
  'UserCreated' | 'TeamCreated' | 'ServiceAccountCreated' | 'AccessKeyCreated' | 'AccessKeyRevoked'
> = {
  UserCreated: { user: ({ userId }, _, context) => getOfKind(context, 'user', userId) },
  TeamCreated: { team: ({ teamId }, _, context) => getOfKind(context, 'team', teamId) },
  ServiceAccountCreated: {
    serviceAccount: ({ serviceAccountId }, _, context) => getOfKind(context, 'service', serviceAccountId),
  },
  AccessKeyCreated: { accessKey: ({ accessKeyId }, _, context) => getKey(context, accessKeyId) },
  AccessKeyRevoked: { accessKey: ({ accessKeyId }, _, context) => getKey(context, accessKeyId) },
};
