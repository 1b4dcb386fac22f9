import { markSuperseded } from '../../../../kernel/approval/apply.ts';
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
import { lockSubject } from '../../../../kernel/approval/subjectRow.ts';
import type { Context } from '../../context.ts';
import { type Term, termDigest } from '../../domain/glossary/term.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermDeprecated } from '../../domain/result.ts';
import { lockGlossary, updateTermRow } from '../../store/glossary/writeTerms.ts';
import { searchWords } from './stateTerm.ts';
import { termHappening } from './termHappening.ts';
import { holdTerm, requireTerm } from './termTarget.ts';

export interface DeprecateTerm extends MutationInput {
  readonly termId: string;
  readonly expectedVersion?: number | null;
}

/** Says that a term is to be used no more. An approval of its words may be gone back to until its end. */
export async function deprecateGlossaryTerm(
  context: Context,
  input: DeprecateTerm,
): Promise<GlossaryTermDeprecated | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'deprecateGlossaryTerm',
      noun: 'catalog.term',
      action: 'catalog.curate',
      input,
      prepare: () => requireTerm(context, input.termId),
      first: lockGlossary,
    },
    async (tx, origin, target): Promise<GlossaryTermDeprecated | Refusal | Stale> => {
      const held = await holdTerm(tx, target, input.expectedVersion);
      if (!('term' in held)) return held;
      const { term } = held;
      if (term.said === 'deprecated') return refusal('ALREADY_DEPRECATED', `"${term.name}" is deprecated already.`);
      if (term.approvalId !== null) {
        await lockSubject(tx, term.id);
        await markSuperseded(tx, origin, term.approvalId);
      }
      const deprecated: Term = { ...term, said: 'deprecated', approvalId: null };
      await updateTermRow(tx, deprecated, searchWords(deprecated));
      const receipt = await record(tx, origin, [
        termHappening('catalog.term.deprecated.v1', term.id, {
          digest: termDigest(deprecated),
          fields: ['state'],
          detail: { reason: input.reason ?? null },
        }),
      ]);
      return { __typename: 'GlossaryTermDeprecated', ...tokens(receipt), termId: term.id };
    },
  );
}
