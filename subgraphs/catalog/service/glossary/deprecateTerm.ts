import { markSuperseded } from '../../../../kernel/approval/apply.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { ConflictResult, RefusedResult, Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { lockSubject } from '../../../../kernel/approval/subjectRow.ts';
import type { Context } from '../../context.ts';
import { type Term, termDigest } from '../../domain/glossary/term.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermDeprecated } from '../../domain/result.ts';
import { updateTermRow } from '../../store/glossary/writeTerms.ts';
import { searchWords } from './stateTerm.ts';
import { changeTerm, type TermChange } from './changeTerm.ts';
import { termHappening } from './termHappening.ts';

/** Says that a term is to be used no more. An approval of its words may be gone back to until its end. */
export function deprecateGlossaryTerm(
  context: Context,
  input: TermChange,
): Promise<GlossaryTermDeprecated | RefusedResult | ConflictResult> {
  return changeTerm(
    context,
    'deprecateGlossaryTerm',
    input,
    async (tx, origin, term): Promise<GlossaryTermDeprecated | Refusal> => {
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
