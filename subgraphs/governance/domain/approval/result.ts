import type { MutationResult } from '../../../../kernel/mutation/mutate.ts';

// Answers as they are stored for a repeat: ids, which the resolvers turn into objects as they are then.

interface OfPolicy extends MutationResult {
  readonly name: string;
  readonly version: number;
}
export interface ApprovalPolicySet extends OfPolicy {
  readonly __typename: 'ApprovalPolicySet';
}
export interface ApprovalPolicyRetired extends OfPolicy {
  readonly __typename: 'ApprovalPolicyRetired';
}

interface OfRequest extends MutationResult {
  readonly requestId: string;
}
export interface ApprovalRequested extends OfRequest {
  readonly __typename: 'ApprovalRequested';
}
export interface AccessRequested extends MutationResult {
  readonly __typename: 'AccessRequested';
  /** Null where the caller is not to know. */
  readonly requestId: string | null;
}
export interface ApprovalDecided extends OfRequest {
  readonly __typename: 'ApprovalDecided';
}
export interface ChallengeResolved extends OfRequest {
  readonly __typename: 'ChallengeResolved';
}
export interface ApprovalWithdrawn extends OfRequest {
  readonly __typename: 'ApprovalWithdrawn';
}
export interface ApprovalRevoked extends OfRequest {
  readonly __typename: 'ApprovalRevoked';
}

export interface EvidenceAttached extends MutationResult {
  readonly __typename: 'EvidenceAttached';
  readonly evidenceId: string;
}

interface OfDelegation extends MutationResult {
  readonly delegationId: string;
}
export interface ApprovalsDelegated extends OfDelegation {
  readonly __typename: 'ApprovalsDelegated';
}
export interface DelegationRevoked extends OfDelegation {
  readonly __typename: 'DelegationRevoked';
}
