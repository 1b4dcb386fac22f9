import type { MutationResult } from '../../../kernel/mutation/mutate.ts';

/** Answers to mutations as they are stored for a repeat: ids, which the resolvers turn into objects as they are then. */
export interface UserCreated extends MutationResult {
  readonly __typename: 'UserCreated';
  readonly userId: string;
}
export interface TeamCreated extends MutationResult {
  readonly __typename: 'TeamCreated';
  readonly teamId: string;
}
export interface ServiceAccountCreated extends MutationResult {
  readonly __typename: 'ServiceAccountCreated';
  readonly serviceAccountId: string;
}
export interface AccessKeyCreated extends MutationResult {
  readonly __typename: 'AccessKeyCreated';
  readonly accessKeyId: string;
  /** Always null in what is stored: the token is put in on the way out, once. */
  readonly token: string | null;
}
export interface PoliciesProposed extends MutationResult {
  readonly __typename: 'PoliciesProposed';
  readonly version: number;
}
export interface PoliciesDecided extends MutationResult {
  readonly __typename: 'PoliciesDecided';
  readonly version: number;
}
export interface AccessKeyRevoked extends MutationResult {
  readonly __typename: 'AccessKeyRevoked';
  readonly accessKeyId: string;
}
export interface UserDeactivated extends MutationResult {
  readonly __typename: 'UserDeactivated';
  readonly userId: string;
}
export interface UserReactivated extends MutationResult {
  readonly __typename: 'UserReactivated';
  readonly userId: string;
}
export interface RolesSet extends MutationResult {
  readonly __typename: 'RolesSet';
  readonly principalId: string;
}
export interface ServiceOwnerSet extends MutationResult {
  readonly __typename: 'ServiceOwnerSet';
  readonly serviceAccountId: string;
}
export interface TeamMembersAdded extends MutationResult {
  readonly __typename: 'TeamMembersAdded';
  readonly teamId: string;
  readonly addedIds: readonly string[];
}
export interface TeamMembersRemoved extends MutationResult {
  readonly __typename: 'TeamMembersRemoved';
  readonly teamId: string;
  readonly removedIds: readonly string[];
}
export interface TeamRenamed extends MutationResult {
  readonly __typename: 'TeamRenamed';
  readonly teamId: string;
}
export interface TeamLinked extends MutationResult {
  readonly __typename: 'TeamLinked';
  readonly teamId: string;
}
export interface AccessKeyRotated extends MutationResult {
  readonly __typename: 'AccessKeyRotated';
  readonly accessKeyId: string;
  readonly replacedId: string;
  /** Always null in what is stored, as in AccessKeyCreated. */
  readonly token: string | null;
}
export interface PersonErased extends MutationResult {
  readonly __typename: 'PersonErased';
  readonly userId: string;
  readonly detailsErased: number;
  readonly detailsKept: number;
}
export interface LegalHoldPlaced extends MutationResult {
  readonly __typename: 'LegalHoldPlaced';
  readonly holdId: string;
}
export interface LegalHoldReleased extends MutationResult {
  readonly __typename: 'LegalHoldReleased';
  readonly holdId: string;
}
export interface AuditDetailsPruned extends MutationResult {
  readonly __typename: 'AuditDetailsPruned';
  readonly pruned: number;
  readonly isComplete: boolean;
}
export interface WebhookCreated extends MutationResult {
  readonly __typename: 'WebhookCreated';
  readonly webhookId: string;
  /** Always null in what is stored: the secret is put in on the way out, once. */
  readonly secret: string | null;
}
export interface WebhookUpdated extends MutationResult {
  readonly __typename: 'WebhookUpdated';
  readonly webhookId: string;
}
export interface WebhookSecretRotated extends MutationResult {
  readonly __typename: 'WebhookSecretRotated';
  readonly webhookId: string;
  /** Always null in what is stored. */
  readonly secret: string | null;
}
export interface DeliveriesReplayed extends MutationResult {
  readonly __typename: 'DeliveriesReplayed';
  readonly webhookId: string;
  readonly count: number;
}
