import { digestOf } from '../../../../kernel/canonical.ts';
import { type Finding, finding } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { ERASED_NAME } from '../../domain/erasure.ts';
import { holdDigest } from '../../domain/legalHold.ts';
import { type HoldToCheck, holdsAfter } from '../../store/reconcile/holdRows.ts';

/** Holds are those that events placed, and end when events say so; reasons are held against details, as long as those are kept. */
export async function checkHolds(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await holdsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(check));
}

function check({ event, ...hold }: HoldToCheck): Finding | null {
  const subject = { type: 'LegalHold', id: hold.id };
  if (event === null) return finding('UNEXPLAINED_ROW', subject, 'No event tells of this hold.', { found: hold.subjectId });
  const [expected, found] = [digestSaid(event.body), holdDigest(hold)];
  if (expected !== found)
    return finding('OTHER_STATE', subject, 'What is held, by whom or until when is not what its last event says.', {
      expected,
      found,
      eventId: event.id,
    });
  const reason = hold.releasedAt === null ? hold.reason : hold.releaseReason;
  if (event.detail === null || reason === ERASED_NAME || digestOf(JSON.parse(event.detail)) === digestOf({ reason })) return null;
  return finding('OTHER_STATE', subject, 'The reason is not what its event says.', { found: reason, eventId: event.id });
}

/** Null for a text that was tampered with; the check of the events tells of it. */
function digestSaid(body: string): string | null {
  try {
    return (JSON.parse(body) as { readonly subject: { readonly digest: string | null } }).subject.digest;
  } catch {
    return null;
  }
}
