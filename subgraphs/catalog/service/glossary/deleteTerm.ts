import { record } from '../../../../kernel/audit/record.ts';
import type { ConflictResult, RefusedResult, Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermDeleted } from '../../domain/result.ts';
import { deleteTermRow, levelsBelow } from '../../store/glossary/writeTerms.ts';
import { stateDeleted } from './stateTerm.ts';
import { changeTerm, type TermChange } from './changeTerm.ts';
import { termHappening } from './termHappening.ts';

/** Takes a term out of use and off everything it was assigned to. What happened with it stays known. */
export function deleteGlossaryTerm(
  context: Context,
  input: TermChange,
): Promise<GlossaryTermDeleted | RefusedResult | ConflictResult> {
  return changeTerm(context, 'deleteGlossaryTerm', input, async (tx, origin, term): Promise<GlossaryTermDeleted | Refusal> => {
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
  });
}
