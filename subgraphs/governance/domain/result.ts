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
export interface AccessKeyRevoked extends MutationResult {
  readonly __typename: 'AccessKeyRevoked';
  readonly accessKeyId: string;
}
