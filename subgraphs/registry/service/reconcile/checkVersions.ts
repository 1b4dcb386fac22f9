import type { Tx } from '../../../../kernel/db/database.ts';
import { lastEventsOf, type Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, type FindingKind, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { digestText } from '../../../../kernel/canonical.ts';
import { labelsDigest } from '../../domain/labels.ts';
import { versionsAfter, type VersionToCheck } from '../../store/reconcile/versionRows.ts';
import { contentOf, type VersionContent } from '../versions/contentOf.ts';

const CONTENT = ['registry.version.sealed.v1', 'registry.version.changed.v1', 'registry.version.created.v1'];
const STATE_AFTER: Readonly<Record<string, string>> = {
  'registry.version.created.v1': 'DRAFT',
  'registry.version.sealed.v1': 'SEALED',
  'registry.version.repaired.v1': 'SEALED',
  'registry.version.damaged.v1': 'DAMAGED',
  'registry.version.deleted.v1': 'DELETED',
};

/** State, content and labels are those of the last events, and what is sealed still has its digest. */
export async function checkVersions(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await versionsAfter(tx, after, limit);
  const events = await lastEventsOf(
    tx,
    rows.map(({ id }) => id),
  );
  const findings: (Finding | null)[] = [];
  for (const row of rows) findings.push(check(row, await contentOf(tx, row), events.get(row.id) ?? []));
  return stepOf(rows, limit, ({ id }) => id, findings);
}

function check(row: VersionToCheck, content: VersionContent, events: readonly Told[]): Finding | null {
  const subject = { type: 'ModelVersion', id: row.id };
  const stated = events.find(({ action }) => STATE_AFTER[action] !== undefined);
  const said = events.find(({ action }) => CONTENT.includes(action));
  const labelled = events.find(({ action }) => action === 'registry.version.described.v1');
  if (stated === undefined || said === undefined || labelled === undefined)
    return finding('UNEXPLAINED_ROW', subject, `No event tells of version ${row.number}.`, { found: row.id });
  const other = (kind: FindingKind, message: string, { id }: Told, expected: unknown, found: unknown): Finding =>
    finding(kind, subject, message, { expected: shown(expected), found: shown(found), eventId: id });
  const state = STATE_AFTER[stated.action];
  return firstOf(
    () =>
      row.state === state ? null : other('OTHER_STATE', 'It is not in the state of its last event.', stated, state, row.state),
    () =>
      content.digest === said.digest
        ? null
        : other(
            'OTHER_STATE',
            'Its files, parameters, signature, datasets or commit are not what its last event says.',
            said,
            said.digest,
            content.digest,
          ),
    () =>
      row.digest === null || (row.digest === said.digest && digestText(row.manifest ?? '') === row.digest)
        ? null
        : other('OTHER_STATE', 'Its digest or its manifest is not what was sealed.', said, said.digest, row.digest),
    () =>
      labelsDigest(row) === labelled.digest
        ? null
        : other(
            'OTHER_STATE',
            'Description, source or tags are not what its last event says.',
            labelled,
            labelled.digest,
            labelsDigest(row),
          ),
    () =>
      row.isStated && row.statedDigest === row.digest
        ? null
        : other('OTHER_COPY', 'Approvals go by another digest than its own.', said, row.digest, row.statedDigest),
    () =>
      row.isDamaged === (row.state === 'DAMAGED') || row.state === 'DELETED'
        ? null
        : other('OTHER_STATE', 'Its state and what was found of its bytes do not go together.', stated, row.state, row.isDamaged),
  );
}
