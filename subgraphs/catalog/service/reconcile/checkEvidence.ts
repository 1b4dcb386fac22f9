import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { type Finding, finding } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { EDGE_FIELDS, edgesDigest } from '../../domain/lineage/edgesDigest.ts';
import { edgesInForce, edgesSince, evidenceAfter, type EvidenceTold, oddEdges } from '../../store/reconcile/evidenceRows.ts';
import { mergesAfter, type MergeToCheck } from '../../store/reconcile/mergeRows.ts';

/** The edges of a piece of evidence are those of its last event, but for what merges and removals did since. */
export async function checkEvidence(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await evidenceAfter(tx, after, limit);
  const last = rows.filter(({ isLast, body }) => isLast && digestOfEdges(body) !== null);
  const edges = groupBy(
    await edgesInForce(
      tx,
      last.map(({ key }) => key),
    ),
    ({ key }) => key,
  );
  const findings: (Finding | null)[] = [];
  for (const told of last) {
    const isSame = edgesDigest(told.reference, edges.get(told.key) ?? []) === digestOfEdges(told.body);
    findings.push(isSame ? null : await checkSince(tx, told));
  }
  return stepOf(rows, limit, ({ seq }) => seq, findings);
}

async function checkSince(tx: Tx, { key, reference, at, id, body }: EvidenceTold): Promise<Finding | null> {
  const digest = digestOfEdges(body);
  const edges = await edgesSince(tx, key, at);
  const there = edges.filter(({ wasThere }) => wasThere);
  // What the same transaction ended after its event had not ended for the event, and what it ended before had.
  const states = [there.filter(({ endedThen }) => !endedThen), there];
  const odd = edges.find(({ isUnexplained }) => isUnexplained);
  if (odd === undefined && states.some((state) => edgesDigest(reference, state) === digest)) return null;
  const message = 'Its edges are not those of its last event.';
  return finding('OTHER_STATE', { type: 'Evidence', id: key }, message, {
    expected: digest,
    found: odd === undefined ? edgesDigest(reference, states[0] ?? []) : `edge ${odd.id}`,
    eventId: id,
  });
}

/** Null for events that were recorded when their digest was one of names. */
function digestOfEdges(body: string): string | null {
  try {
    const { subject, changes } = JSON.parse(body) as { subject: { digest: string }; changes: { fields: readonly string[] } };
    return changes.fields.join() === EDGE_FIELDS.join() ? subject.digest : null;
  } catch {
    return null;
  }
}

/** Every edge in force has evidence that an event told of, and what merges moved says what was stated. */
export async function checkEdges(tx: Tx, after: string, limit: number): Promise<Checked> {
  const { count, last, odd } = await oddEdges(tx, after, limit);
  const findings = odd.map(({ id, key, hasEvent }) => {
    const subject = { type: 'Evidence', id: key };
    return hasEvent
      ? finding('OTHER_STATE', subject, `Edge ${id} is not like the one that it stands for since a merge.`, { found: id })
      : finding('UNEXPLAINED_ROW', subject, `No event tells of edge ${id}.`, { found: id });
  });
  return { checked: count, findings, last: count < limit ? null : last };
}

export async function checkMerges(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await mergesAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(checkMerge));
}

function checkMerge({ id, fromId, isOpen, hasBegun, hasEnded }: MergeToCheck): Finding | null {
  const subject = { type: 'Dataset', id: fromId };
  if (!hasBegun) return finding('UNEXPLAINED_ROW', subject, `No event tells of its merge ${id}.`, { found: id });
  if (!isOpen && !hasEnded)
    return finding('OTHER_STATE', subject, `No event tells of the end of its merge ${id}.`, { found: id });
  return null;
}
