import type { Kernel } from '../../../kernel/graph/subgraph.ts';
import type { Origin } from '../../../kernel/audit/append.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { type Answer, mutate, type MutationInput, type MutationResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import type { Context } from '../context.ts';

/** What a change of people, teams and keys that exist is about. */
export interface IdentityCall<I extends MutationInput> {
  readonly operation: string;
  readonly noun: string;
  readonly input: I;
  readonly subject: { readonly type: string; readonly field: string; readonly id: string };
}

/** Runs a mutation that needs identity.manage. */
export const changeIdentity = <I extends MutationInput, W extends MutationResult | Refusal>(
  { kernel, request }: Context,
  { operation, noun, input, subject: { type, field, id } }: IdentityCall<I>,
  work: (tx: Tx, origin: Origin, kernel: Kernel) => Promise<W>,
): Promise<Answer<W>> =>
  mutate(
    kernel.db,
    request,
    { operation, noun, action: 'identity.manage', input, prepare: () => ({ subject: writtenSubject(type, field, id) }) },
    (tx, origin) => work(tx, origin, kernel),
  );
