import type { Tx } from '../../../../kernel/db/database.ts';
import { finding } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { uploadsAfter } from '../../store/reconcile/boundRows.ts';

/** Whoever may use bytes because they brought them did bring them. */
export async function checkUploads(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await uploadsAfter(tx, after, limit);
  const findings = rows.map(({ digest, eventId, action, subjectId, actorId, principalId }) =>
    action === 'registry.blob.uploaded.v1' && subjectId === digest && actorId === principalId
      ? null
      : finding('UNEXPLAINED_ROW', { type: 'Blob', id: digest }, 'No event tells that this caller brought these bytes.', {
          found: principalId,
          eventId: action === null ? null : eventId,
        }),
  );
  return stepOf(rows, limit, ({ id }) => id, findings);
}
