import type { Resolvers } from '../__generated__/resolvers.ts';
import { asset } from './asset.ts';
import { auditEntry, inclusionProof } from './auditEntry.ts';
import { mutation } from './mutation.ts';
import { access, policyTest, policyVersion } from './policy.ts';
import { payloads } from './payloads.ts';
import { accessKey, principal, serviceAccount, team, user } from './principal.ts';
import { me, query } from './query.ts';

export const resolvers: Resolvers = {
  Query: query,
  Mutation: mutation,
  Me: me,
  Principal: principal,
  User: user,
  Team: team,
  ServiceAccount: serviceAccount,
  AccessKey: accessKey,
  Asset: asset,
  AuditEntry: auditEntry,
  InclusionProof: inclusionProof,
  PolicyVersion: policyVersion,
  PolicyTest: policyTest,
  Access: access,
  ...payloads,
};
