import type { Resolvers } from '../__generated__/resolvers.ts';
import { getVersion, needsOtherAdmin } from '../service/policyReads.ts';
import { getKey } from '../service/findKey.ts';
import { getHold } from '../service/legalHolds.ts';
import { getOfKind, getPrincipal } from '../service/findPrincipal.ts';

/** Answers to mutations hold ids; what they stand for is read when the answer is. */
export const payloads: Pick<
  Resolvers,
  | 'UserCreated'
  | 'TeamCreated'
  | 'ServiceAccountCreated'
  | 'AccessKeyCreated'
  | 'AccessKeyRevoked'
  | 'AccessKeyRotated'
  | 'UserDeactivated'
  | 'UserReactivated'
  | 'RolesSet'
  | 'ServiceOwnerSet'
  | 'TeamMembersAdded'
  | 'TeamMembersRemoved'
  | 'TeamRenamed'
  | 'TeamLinked'
  | 'PersonErased'
  | 'LegalHoldPlaced'
  | 'LegalHoldReleased'
  | 'PoliciesProposed'
  | 'PoliciesDecided'
> = {
  UserCreated: { user: ({ userId }, _, context) => getOfKind(context, 'user', userId) },
  TeamCreated: { team: ({ teamId }, _, context) => getOfKind(context, 'team', teamId) },
  ServiceAccountCreated: {
    serviceAccount: ({ serviceAccountId }, _, context) => getOfKind(context, 'service', serviceAccountId),
  },
  AccessKeyCreated: { accessKey: ({ accessKeyId }, _, context) => getKey(context, accessKeyId) },
  PersonErased: { user: ({ userId }, _, context) => getOfKind(context, 'user', userId) },
  LegalHoldPlaced: { hold: ({ holdId }, _, context) => getHold(context, holdId) },
  LegalHoldReleased: { hold: ({ holdId }, _, context) => getHold(context, holdId) },
  PoliciesProposed: {
    policies: ({ version }, _, context) => getVersion(context, version),
    needsOtherAdmin: ({ version }, _, context) => needsOtherAdmin(context, version),
  },
  PoliciesDecided: { policies: ({ version }, _, context) => getVersion(context, version) },
  AccessKeyRotated: {
    accessKey: ({ accessKeyId }, _, context) => getKey(context, accessKeyId),
    replaced: ({ replacedId }, _, context) => getKey(context, replacedId),
  },
  UserDeactivated: { user: ({ userId }, _, context) => getOfKind(context, 'user', userId) },
  UserReactivated: { user: ({ userId }, _, context) => getOfKind(context, 'user', userId) },
  RolesSet: { principal: ({ principalId }, _, context) => getPrincipal(context, principalId) },
  ServiceOwnerSet: {
    serviceAccount: ({ serviceAccountId }, _, context) => getOfKind(context, 'service', serviceAccountId),
  },
  TeamMembersAdded: { team: ({ teamId }, _, context) => getOfKind(context, 'team', teamId) },
  TeamMembersRemoved: { team: ({ teamId }, _, context) => getOfKind(context, 'team', teamId) },
  TeamRenamed: { team: ({ teamId }, _, context) => getOfKind(context, 'team', teamId) },
  TeamLinked: { team: ({ teamId }, _, context) => getOfKind(context, 'team', teamId) },
  AccessKeyRevoked: { accessKey: ({ accessKeyId }, _, context) => getKey(context, accessKeyId) },
};
