import type { Tx } from '../../../../kernel/db/database.ts';
import { type Finding, finding, firstOf } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import {
  bindingsAfter,
  type BindingToCheck,
  boundEventsAfter,
  reviewsAfter,
  type ReviewToCheck,
} from '../../store/reconcile/boundRows.ts';
import { detailOf, digestIn } from './detailOf.ts';

/** Whatever is in a stage came there by an event, with these bytes and by this approval, and is there until an event ended it. */
export async function checkBindings(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await bindingsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(checkBinding));
}

function checkBinding(row: BindingToCheck): Finding | null {
  const subject = { type: 'ModelVersion', id: row.versionId };
  const { id, eventId, stage, digest } = row;
  const said = detailOf(row.detail);
  return firstOf(
    () =>
      row.action === 'registry.stage.bound.v1' && row.subjectId === row.versionId
        ? null
        : finding('UNEXPLAINED_ROW', subject, `No event tells how it came into the stage "${stage}".`, { found: id }),
    () =>
      digestIn(row.body) === digest
        ? null
        : finding('OTHER_STATE', subject, `Other bytes are in the stage "${stage}" than its event says.`, {
            expected: digestIn(row.body),
            found: digest,
            eventId,
          }),
    () =>
      said === null ||
      (said['bindingId'] === id && said['stage'] === stage && said['kind'] === row.kind && said['approvalId'] === row.approvalId)
        ? null
        : finding('OTHER_STATE', subject, `It came into the stage "${stage}" in another way than its event says.`, {
            expected: `${String(said['stage'])} ${String(said['kind'])} ${String(said['approvalId'])}`,
            found: `${stage} ${row.kind} ${row.approvalId}`,
            eventId,
          }),
    () =>
      row.boundFrom === row.at && row.boundTo === row.endAt && row.endedBy === null
        ? null
        : finding('OTHER_HISTORY', subject, `Its time in the stage "${stage}" is not that of its events.`, {
            found: row.boundTo ?? 'open',
            eventId: row.endedBy ?? eventId,
          }),
    () =>
      row.kind !== 'BREAK_GLASS' || row.hasReview
        ? null
        : finding('MISSING_ROW', subject, `Nobody is asked to review its break-glass of the stage "${stage}".`, { eventId }),
  );
}

/** Whatever events say came into a stage is in its history. */
export async function checkBoundEvents(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await boundEventsAfter(tx, after, limit);
  const findings = rows.map(({ id: eventId, subjectId, hasRow }) =>
    hasRow
      ? null
      : finding(
          'MISSING_ROW',
          { type: 'ModelVersion', id: subjectId },
          'An event tells that it came into a stage, and no row does.',
          { eventId },
        ),
  );
  return stepOf(rows, limit, ({ seq }) => seq, findings);
}

/** Reviews are what somebody said, and were said by them. */
export async function checkReviews(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await reviewsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(checkReview));
}

function checkReview(row: ReviewToCheck): Finding | null {
  const subject = { type: 'ModelVersion', id: row.versionId };
  const { outcome, eventId } = row;
  if (outcome === null)
    return row.told === null
      ? null
      : finding('OTHER_STATE', subject, 'An event tells that its break-glass was reviewed.', {
          found: 'open',
          eventId: row.told,
        });
  if (row.action !== 'registry.glass.reviewed.v1' || row.subjectId !== row.versionId || row.actorId !== row.reviewedBy)
    return finding('UNEXPLAINED_ROW', subject, 'No event tells that its break-glass was reviewed by this person.', {
      found: outcome,
      eventId,
    });
  const said = detailOf(row.detail);
  return said === null || (said['outcome'] === outcome && said['bindingId'] === row.id)
    ? null
    : finding('OTHER_STATE', subject, 'The review of its break-glass says something else than its event.', {
        expected: String(said['outcome']),
        found: outcome,
        eventId,
      });
}
