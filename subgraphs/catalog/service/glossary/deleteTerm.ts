import { record } from '../../../../kernel/audit/record.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermDeleted } from '../../domain/result.ts';
import { deleteTermRow, levelsBelow, lockGlossary } from '../../store/glossary/writeTerms.ts';
import { stateDeleted } from './stateTerm.ts';
import { termHappening } from './termHappening.ts';
import { holdTerm, requireTerm } from './termTarget.ts';

export interface DeleteTerm extends MutationInput {
  readonly termId: string;
  readonly expectedVersion?: number | null;
}

/** Takes a term out of use and off everything it was assigned to. What happened with it stays known. */
export async function deleteGlossaryTerm(
  context: Context,
  input: DeleteTerm,
): Promise<GlossaryTermDeleted | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'deleteGlossaryTerm',
      noun: 'catalog.term',
      action: 'catalog.curate',
      input,
      prepare: () => requireTerm(context, input.termId),
      first: lockGlossary,
    },
    async (tx, origin, target): Promise<GlossaryTermDeleted | Refusal | Stale> => {
      const held = await holdTerm(tx, target, input.expectedVersion);
      if (!('term' in held)) return held;
      const { term } = held;
      // Not said how many: the caller may not see all of them.
      if ((await levelsBelow(tx, term.no, 1)) > 0)
        return refusal('HAS_CHILDREN', `Other terms stand below "${term.name}". Move or delete them first.`);
      const receipt = await record(tx, origin, [
        termHappening('catalog.term.deleted.v1', term.id, {
          digest: null,
          fields: ['state'],
          detail: { name: term.name, reason: input.reason ?? null },
        }),
      ]);
      await stateDeleted(tx, origin, term);
      await deleteTermRow(tx, term.no);
      return { __typename: 'GlossaryTermDeleted', ...tokens(receipt), termId: term.id };
    },
  );
}
