import type { Tx } from '../../../../kernel/db/database.ts';
import { type Finding, finding, firstOf } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { hangingRows } from '../../store/reconcile/hangingRows.ts';
import { eventsAfter, type ToldEvent } from '../../store/reconcile/toldEvents.ts';
import { subjectDigest } from './subjectDigest.ts';

/** What events tell of is there, and the state after each event of an asset is in its history. */
export async function checkEvents(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await eventsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ seq }) => seq, rows.map(check));
}

function check(row: ToldEvent): Finding | null {
  const { id: eventId, action, at, body } = row;
  const subject = { type: row.subjectType, id: row.subjectId };
  const digest = subjectDigest(body);
  return firstOf(
    () => (row.hasRow ? null : finding('MISSING_ROW', subject, `${action} tells of it, and it is not there.`, { eventId })),
    () =>
      row.isOfAsset && row.version === null
        ? finding('MISSING_ROW', subject, `Its state after ${action} is not in its history.`, { expected: digest, eventId })
        : null,
    () =>
      row.isOfAsset && (row.versionDigest !== digest || row.versionFrom !== at)
        ? finding('OTHER_HISTORY', subject, `Its history has another state after ${action}.`, {
            expected: digest,
            found: row.versionDigest,
            eventId,
          })
        : null,
  );
}

/** All at once: there should be none. */
export async function checkHanging(tx: Tx, _after: string, limit: number): Promise<Checked> {
  const rows = await hangingRows(tx, limit);
  const findings = rows.map(({ table, no, what }) =>
    finding('UNEXPLAINED_ROW', { type: table, id: no }, `A row of ${table} hangs on number ${no}, which is nothing's.`, {
      found: what,
    }),
  );
  return { checked: rows.length, findings, last: null };
}
