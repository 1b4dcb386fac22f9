import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import type { Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { isClassOf, type ResourceFacts } from '../../../../kernel/policy/describe.ts';
import { assignmentDigest, termDigest, termFacts, wordsDigest } from '../../domain/glossary/term.ts';
import { offerDigest, productDigest, productFacts } from '../../domain/products/product.ts';
import {
  assignmentsAfter,
  type AssignmentToCheck,
  productsAfter,
  type ProductToCheck,
  termsAfter,
  type TermToCheck,
} from '../../store/reconcile/glossaryRows.ts';
import { subjectDigest } from './subjectDigest.ts';

/** Terms are what their last event says, and policies and approvals know them as they are. */
export const checkTerms = checking<TermToCheck>(termsAfter, (term, [event]) =>
  check('GlossaryTerm', term, event, { digest: termDigest(term), approved: wordsDigest(term), facts: termFacts(term) }),
);

/** The same of data products, with their members. */
export const checkProducts = checking<ProductToCheck>(productsAfter, (product, [event]) =>
  check('DataProduct', product, event, {
    digest: productDigest(product, product.memberIds),
    approved: offerDigest(product, product.memberIds),
    facts: productFacts(product),
  }),
);

interface Expected {
  readonly digest: Digest;
  readonly approved: Digest;
  readonly facts: ResourceFacts;
}

function check(
  type: 'GlossaryTerm' | 'DataProduct',
  row: TermToCheck | ProductToCheck,
  event: Told | undefined,
  { digest, approved, facts }: Expected,
): Finding | null {
  const { id, name } = row;
  const subject = { type, id };
  if (event === undefined) return finding('UNEXPLAINED_ROW', subject, `No event tells of "${name}".`, { found: id });
  const against = { eventId: event.id };
  // The event of a deletion says nothing of the state.
  if (row.isDeleted !== (event.digest === null))
    return finding('OTHER_STATE', subject, 'It is not in the state of its last event.', {
      ...against,
      expected: event.action,
      found: row.isDeleted ? 'deleted' : 'in use',
    });
  if (row.isDeleted) return null;
  return firstOf(
    () =>
      digest === event.digest
        ? null
        : finding('OTHER_STATE', subject, 'It is not what its last event says.', {
            ...against,
            expected: event.detail === null ? event.digest : shown(event.detail),
            found: shown({ name, version: row.version }),
          }),
    () =>
      row.statedDigest === approved
        ? null
        : finding('OTHER_COPY', subject, 'Approvals go by another content than its own.', {
            ...against,
            expected: approved,
            found: row.statedDigest,
          }),
    () => checkClass(subject, row, facts),
  );
}

function checkClass(
  subject: { type: string; id: string },
  row: TermToCheck | ProductToCheck,
  facts: ResourceFacts,
): Finding | null {
  const { classFacts, classDigest, resourceId } = row;
  if (classFacts === null || classDigest === null || resourceId !== subject.id)
    return finding('OTHER_COPY', subject, 'Policies know nothing of it.', { expected: shown(facts) });
  if (isClassOf(facts, { digest: classDigest, facts: classFacts })) return null;
  return finding('OTHER_COPY', subject, 'Policies decide by other facts than its own.', {
    expected: shown(facts),
    found: shown(classFacts),
  });
}

/** Each assignment was told of when it began and, where it ended, when it did. */
export async function checkAssignments(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await assignmentsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(checkAssignment));
}

function checkAssignment({ termId, assetId, event, eventId, isEndTold }: AssignmentToCheck): Finding | null {
  const subject = { type: 'GlossaryTerm', id: termId };
  if (assetId === null || event === null || subjectDigest(event) !== assignmentDigest(termId, assetId))
    return finding('UNEXPLAINED_ROW', subject, 'It is on an asset, and no event put it there.', { found: assetId, eventId });
  if (isEndTold) return null;
  return finding('OTHER_STATE', subject, 'It was taken off an asset, and no event tells of it.', { found: assetId, eventId });
}
