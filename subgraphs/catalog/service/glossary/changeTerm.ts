import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import {
  type Answer,
  mutate,
  type MutationInput,
  type MutationResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import type { Context } from '../../context.ts';
import type { Term } from '../../domain/glossary/term.ts';
import { lockGlossary } from '../../store/glossary/writeTerms.ts';
import { holdTerm, requireTerm } from './termTarget.ts';

/** What every change of the standing of a term takes. */
export interface TermChange extends MutationInput {
  readonly termId: string;
  readonly expectedVersion?: number | null;
}

/** Changes a term that is held until the transaction ends, unless it is another one than the caller read. */
export const changeTerm = <R extends MutationResult>(
  context: Context,
  operation: string,
  input: TermChange,
  work: (tx: Tx, origin: Origin, term: Term) => Promise<R | Refusal>,
): Promise<Answer<R | Refusal | Stale>> =>
  mutate(
    context.kernel.db,
    context.request,
    {
      operation,
      noun: 'catalog.term',
      action: 'catalog.curate',
      input,
      prepare: () => requireTerm(context, input.termId),
      first: lockGlossary,
    },
    async (tx, origin, target): Promise<R | Refusal | Stale> => {
      const held = await holdTerm(tx, target, input.expectedVersion);
      return 'term' in held ? work(tx, origin, held.term) : held;
    },
  );
