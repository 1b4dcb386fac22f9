import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { type Finding, finding, firstOf } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { TYPE_OF_KIND } from '../../domain/asset.ts';
import { versionsAfter, type VersionToCheck } from '../../store/reconcile/versionRows.ts';
import { subjectDigest } from './subjectDigest.ts';

/** Every version is what its event says it is, and they follow each other without a gap in time. */
export async function checkVersions(tx: Tx, after: string, limit: number): Promise<Checked> {
  const [no = '0', version = '0'] = after.split(' ');
  const rows = await versionsAfter(tx, [no, Number(version)], limit);
  return stepOf(rows, limit, (row) => `${row.assetNo} ${row.version}`, rows.map(check));
}

function check(row: VersionToCheck): Finding | null {
  const subject = { type: TYPE_OF_KIND[row.body.kind] ?? 'Asset', id: row.assetId };
  const { eventId } = row;
  const told = row.event === null ? null : subjectDigest(row.event);
  const other = (message: string, expected: string | null, found: string | null): Finding =>
    finding('OTHER_HISTORY', subject, `Version ${row.version}: ${message}`, { expected, found, eventId });
  return firstOf(
    () =>
      row.event === null
        ? finding('UNEXPLAINED_ROW', subject, `Version ${row.version} names an event that is not there.`, { found: eventId })
        : null,
    () =>
      row.eventAggregateId === row.assetId && row.eventVersion === row.version
        ? null
        : other(
            'it names an event of something else.',
            `${row.assetId} ${row.version}`,
            `${row.eventAggregateId} ${row.eventVersion}`,
          ),
    () => (told === row.digest ? null : other('its digest is not that of its event.', told, row.digest)),
    () => {
      const digest = digestOf(row.body);
      return digest === row.digest ? null : other('its text is not what was recorded.', row.digest, digest);
    },
    () =>
      row.recordedFrom === row.eventAt ? null : other('it begins at another time than its event.', row.eventAt, row.recordedFrom),
    () => {
      const end = row.nextFrom ?? 'infinity';
      return row.recordedTo === end ? null : other('it does not end where the next one begins.', end, row.recordedTo);
    },
  );
}
