import type { Resolvers } from '../__generated__/resolvers.ts';
import {
  approvalDelegation,
  approvalMove,
  approvalPolicy,
  approvalRequest,
  attachedEvidence,
  decision,
  modelVersion,
} from './approval.ts';
import { approvalPayloads } from './approvalPayloads.ts';
import { asset } from './asset.ts';
import { auditEntry, inclusionProof } from './auditEntry.ts';
import { dataProduct, glossaryTerm } from './glossary.ts';
import { legalHold } from './legalHold.ts';
import { mutation } from './mutation.ts';
import { access, policyTest, policyVersion } from './policy.ts';
import { payloads } from './payloads.ts';
import { accessKey, principal, serviceAccount, team, user } from './principal.ts';
import { me, query } from './query.ts';
import { webhookMutation, webhookQuery, webhookTypes } from './webhook.ts';

export const resolvers: Resolvers = {
  Query: { ...query, ...webhookQuery },
  Mutation: { ...mutation, ...webhookMutation },
  Me: me,
  Principal: principal,
  User: user,
  Team: team,
  ServiceAccount: serviceAccount,
  AccessKey: accessKey,
  Asset: asset,
  AuditEntry: auditEntry,
  InclusionProof: inclusionProof,
  LegalHold: legalHold,
  PolicyVersion: policyVersion,
  PolicyTest: policyTest,
  Access: access,
  ModelVersion: modelVersion,
  GlossaryTerm: glossaryTerm,
  DataProduct: dataProduct,
  ApprovalRequest: approvalRequest,
  ApprovalMove: approvalMove,
  AttachedEvidence: attachedEvidence,
  Decision: decision,
  ApprovalPolicy: approvalPolicy,
  ApprovalDelegation: approvalDelegation,
  ...payloads,
  ...approvalPayloads,
  ...webhookTypes,
};
