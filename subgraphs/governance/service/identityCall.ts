import type { Kernel } from '../../../kernel/graph/subgraph.ts';
import type { Origin } from '../../../kernel/audit/append.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { type Answer, mutate, type MutationInput, type MutationResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import type { Action } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';

/** What a change of people, teams and keys that exist is about. */
export interface IdentityCall<I extends MutationInput> {
  readonly operation: string;
  readonly noun: string;
  readonly input: I;
  readonly subject: { readonly type: string; readonly field: string; readonly id: string };
  /** `identity.manage` unless given. */
  readonly action?: Action;
}

/** Runs a mutation of people, teams or keys. */
export const changeIdentity = <I extends MutationInput, W extends MutationResult | Refusal>(
  { kernel, request }: Context,
  { operation, noun, input, subject: { type, field, id }, action = 'identity.manage' }: IdentityCall<I>,
  work: (tx: Tx, origin: Origin, kernel: Kernel) => Promise<W>,
): Promise<Answer<W>> =>
  mutate(
    kernel.db,
    request,
    { operation, noun, action, input, prepare: () => ({ subject: writtenSubject(kernel.pepper, type, field, id) }) },
    (tx, origin) => work(tx, origin, kernel),
  );
