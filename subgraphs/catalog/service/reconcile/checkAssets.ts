import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { type Finding, finding, type FindingKind, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { isClassOf } from '../../../../kernel/policy/describe.ts';
import { TYPE_OF_KIND } from '../../domain/asset.ts';
import { resourceFacts } from '../../domain/resourceFacts.ts';
import { searchDocument } from '../../domain/searchDocument.ts';
import type { SnapshotBody } from '../../domain/snapshot.ts';
import { composeSnapshots } from '../../store/composeSnapshots.ts';
import { assetsAfter, type AssetToCheck, otherDocuments } from '../../store/reconcile/assetRows.ts';
import { differenceOf } from './difference.ts';

/** The tables hold of every asset what its last version says, and policy facts and search say the same of it. */
export async function checkAssets(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await assetsAfter(tx, after, limit);
  const bodies = new Map(
    (
      await composeSnapshots(
        tx,
        rows.map(({ no }) => no),
      )
    ).map((body) => [body.no, body]),
  );
  const aclOf = new Map(rows.flatMap(({ no, aclId }) => (aclId === null ? [] : [[no, aclId] as const])));
  const documents = await otherDocuments(tx, [...bodies.values()].map(searchDocument), aclOf);
  const findings = rows.map((row) => {
    const body = bodies.get(row.no);
    return body === undefined ? null : check(row, body, documents.get(row.no) ?? null);
  });
  return stepOf(rows, limit, ({ no }) => no, findings);
}

function check(row: AssetToCheck, body: SnapshotBody, otherDocument: string | null): Finding | null {
  const subject = { type: TYPE_OF_KIND[body.kind], id: row.id };
  const { lastBody, lastVersion, lastEventId: eventId } = row;
  const other = (kind: FindingKind, message: string, expected: unknown = null, found: unknown = null): Finding =>
    finding(kind, subject, message, { expected: shown(expected), found: shown(found), eventId });
  if (lastBody === null || row.eventId === null)
    return finding('UNEXPLAINED_ROW', subject, `No event tells how ${body.namespace} ${body.name} came to be there.`, {
      found: row.no,
    });
  return firstOf(
    () =>
      row.eventId === eventId
        ? null
        : other('OTHER_HISTORY', 'Its last version is not that of its last event.', row.eventId, eventId),
    () =>
      row.version === lastVersion ? null : other('OTHER_STATE', 'Its version is not its last one.', lastVersion, row.version),
    () => checkState(lastBody, body, row.lastDigest, other),
    () => checkRest(row, body, other),
    () => checkClass(row, body, other),
    () => (otherDocument === null ? null : other('OTHER_COPY', `Search knows something else of it: ${otherDocument}.`)),
  );
}

type Other = (kind: FindingKind, message: string, expected?: unknown, found?: unknown) => Finding;

function checkState(before: SnapshotBody, body: SnapshotBody, digest: string | null, other: Other): Finding | null {
  if (digestOf(body) === digest) return null;
  const difference = differenceOf(before, body);
  if (difference === null) return null;
  const { path, before: expected, now: found } = difference;
  return other('OTHER_STATE', `${path} is not what its last event left.`, expected ?? null, found ?? null);
}

/** What is not in the snapshot but follows from it. */
function checkRest(row: AssetToCheck, body: SnapshotBody, other: Other): Finding | null {
  if (row.mergedInto !== row.standsFor)
    return other('OTHER_STATE', 'It stands for what no merge says.', row.standsFor, row.mergedInto);
  // What was removed keeps the moment since when it had been missing.
  if (body.state !== 'removed' && row.isMissingSince !== (body.state === 'missing'))
    return other(
      'OTHER_STATE',
      'Its state and the moment since when it is missing do not go together.',
      body.state,
      row.isMissingSince,
    );
  return null;
}

function checkClass(row: AssetToCheck, body: SnapshotBody, other: Other): Finding | null {
  const facts = resourceFacts(body);
  if (row.classFacts === null || row.classDigest === null) return other('OTHER_COPY', 'Policies know nothing of it.', facts);
  if (row.resourceId !== row.id || row.resourceType !== facts.type)
    return other('OTHER_COPY', 'Policies take it for something else.', [row.id, facts.type], [row.resourceId, row.resourceType]);
  if (isClassOf(facts, { digest: row.classDigest, facts: row.classFacts })) return null;
  return other('OTHER_COPY', 'Policies decide by other facts than its own.', facts, row.classFacts);
}
