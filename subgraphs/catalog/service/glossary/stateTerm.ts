import { stateSubject, type Subject } from '../../../../kernel/approval/subject.ts';
import { voidRequests } from '../../../../kernel/approval/voiding.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { describe } from '../../../../kernel/policy/describe.ts';
import { type Term, termFacts, wordsDigest } from '../../domain/glossary/term.ts';
import { wordsOf } from '../../domain/words.ts';

/**
 * Says what policies and approvals go by. Other words than before void all that was asked for or approved of those, also what is in
 * use: that was for other words.
 */
export async function stateTerm(tx: Tx, origin: Origin, before: Term | null, term: Term): Promise<void> {
  await describe(tx, [termFacts(term)]);
  const contentDigest = wordsDigest(term);
  if (before !== null && wordsDigest(before) !== contentDigest) await voidRequests(tx, origin, term.id, 'CONTENT_CHANGED');
  await stateSubject(tx, origin, subjectOf(term, contentDigest));
}

/** Nothing can be approved of what was deleted, and what was approved counts no more. */
export async function stateDeleted(tx: Tx, origin: Origin, term: Term): Promise<void> {
  await voidRequests(tx, origin, term.id, 'DELETED');
  await stateSubject(tx, origin, subjectOf(term, null));
}

const subjectOf = (term: Term, contentDigest: Digest | null): Subject => ({
  subjectId: term.id,
  subjectType: 'GlossaryTerm',
  groupId: null,
  name: term.name,
  resourceNo: term.no,
  contentDigest,
  creatorIds: [term.createdBy, term.wordedBy],
  ownerIds: term.ownerIds,
  tags: [],
});

/** What a term is found by: its names, and what it says. */
export const searchWords = ({ name, synonyms, definition }: Term): readonly [string, string] => [
  wordsOf([name, ...synonyms].join(' ')).join(' '),
  wordsOf(definition).join(' '),
];
