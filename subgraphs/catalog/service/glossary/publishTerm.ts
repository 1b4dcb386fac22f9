import { markApplied, requireApproved, reusable } from '../../../../kernel/approval/apply.ts';
import { guardOf } from '../../../../kernel/approval/guards.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { ConflictResult, RefusedResult, Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { PUBLISHED, type Term, termDigest, wordsDigest } from '../../domain/glossary/term.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermPublished } from '../../domain/result.ts';
import { updateTermRow } from '../../store/glossary/writeTerms.ts';
import { searchWords } from './stateTerm.ts';
import { changeTerm, type TermChange } from './changeTerm.ts';
import { termHappening } from './termHappening.ts';

/** Publishes a term: where an approval policy guards that, only what is approved at this very moment, in these words. */
export function publishGlossaryTerm(
  context: Context,
  input: TermChange,
): Promise<GlossaryTermPublished | RefusedResult | ConflictResult> {
  return changeTerm(context, 'publishGlossaryTerm', input, async (tx, origin, term): Promise<GlossaryTermPublished | Refusal> => {
    if (term.state === 'published') return refusal('ALREADY_PUBLISHED', `"${term.name}" is published already, in these words.`);
    const leave = await leaveFor(tx, origin, term);
    if ('refusal' in leave) return leave;
    const { approvalId } = leave;
    const published: Term = { ...term, said: 'published', approvalId };
    await updateTermRow(tx, published, searchWords(published));
    const receipt = await record(tx, origin, [
      termHappening('catalog.term.published.v1', term.id, {
        digest: termDigest(published),
        fields: ['state'],
        detail: { reason: input.reason ?? null },
        payload: { approvalId },
      }),
    ]);
    return { __typename: 'GlossaryTermPublished', ...tokens(receipt), termId: term.id };
  });
}

/** By which approval, which is in use from now on; null where nothing guards it. What was published before may return. */
async function leaveFor(tx: Tx, origin: Origin, term: Term): Promise<{ readonly approvalId: string | null } | Refusal> {
  const guard = await guardOf(tx, { ...PUBLISHED, tags: [] });
  if (guard === null) return { approvalId: null };
  const wanted = { subjectId: term.id, target: PUBLISHED, contentDigest: wordsDigest(term) };
  const approved = (await reusable(tx, wanted)) ?? (await requireApproved(tx, wanted));
  if ('approvalId' in approved) {
    await markApplied(tx, origin, approved.approvalId);
    return approved;
  }
  const { code, message } = approved.refusal;
  return {
    refusal: {
      code: code === 'NOT_APPROVED' ? 'APPROVAL_REQUIRED' : code,
      message: `Publishing is guarded by the approval policy "${guard.name}" (version ${guard.version}). ${message} Ask for it: cadastre approvals request ${term.id}.`,
      policyIds: [guard.name],
    },
  };
}
