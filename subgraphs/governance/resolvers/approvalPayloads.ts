import type { Resolvers } from '../__generated__/resolvers.ts';
import { getDelegation } from '../service/approval/delegations.ts';
import { evidenceNow } from '../service/approval/readEvidence.ts';
import { getApprovalPolicy, requestNow } from '../service/approval/reads.ts';

/** Answers to mutations hold ids; what they stand for is read when the answer is. */
export const approvalPayloads: Pick<
  Resolvers,
  | 'EvidenceAttached'
  | 'ApprovalPolicySet'
  | 'ApprovalPolicyRetired'
  | 'ApprovalRequested'
  | 'AccessRequested'
  | 'ApprovalDecided'
  | 'ChallengeResolved'
  | 'ApprovalWithdrawn'
  | 'ApprovalRevoked'
  | 'ApprovalsDelegated'
  | 'DelegationRevoked'
> = {
  EvidenceAttached: { evidence: ({ evidenceId }, _, context) => evidenceNow(context, evidenceId) },
  ApprovalPolicySet: { policy: ({ name, version }, _, context) => getApprovalPolicy(context, name, version) },
  ApprovalPolicyRetired: { policy: ({ name, version }, _, context) => getApprovalPolicy(context, name, version) },
  ApprovalRequested: { request: ({ requestId }, _, context) => requestNow(context, requestId) },
  AccessRequested: { request: ({ requestId }, _, context) => (requestId === null ? null : requestNow(context, requestId)) },
  ApprovalDecided: { request: ({ requestId }, _, context) => requestNow(context, requestId) },
  ChallengeResolved: { request: ({ requestId }, _, context) => requestNow(context, requestId) },
  ApprovalWithdrawn: { request: ({ requestId }, _, context) => requestNow(context, requestId) },
  ApprovalRevoked: { request: ({ requestId }, _, context) => requestNow(context, requestId) },
  ApprovalsDelegated: { delegation: ({ delegationId }, _, context) => getDelegation(context, delegationId) },
  DelegationRevoked: { delegation: ({ delegationId }, _, context) => getDelegation(context, delegationId) },
};
