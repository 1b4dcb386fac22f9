import { decisionDigest, type Decision } from '../../../../kernel/approval/decision.ts';
import type { EvidenceRow } from '../../../../kernel/approval/evidenceRow.ts';
import { type AccessGrant, grantDigest } from '../../../../kernel/approval/grants.ts';
import type { ApprovalRequest } from '../../../../kernel/approval/request.ts';
import { requestDigest } from '../../../../kernel/approval/requestHappening.ts';
import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import { eventsOf, type Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { type Digest, digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { delegationDigest } from '../../domain/approval/happening.ts';
import type { ApprovalDelegation } from '../../domain/approval/shown.ts';
import {
  approvalPoliciesAfter,
  decisionsAfter,
  delegationsAfter,
  evidenceAfter,
  evidenceEventsAfter,
  grantsAfter,
  type PolicyToCheck,
  requestsAfter,
} from '../../store/reconcile/approvalRows.ts';

/** A row is what its last event left. */
const asTold =
  <R extends { readonly id: string }>(type: string, digestFor: (row: R) => Digest) =>
  (row: R, [last]: readonly Told[]): Finding | null => {
    const subject = { type, id: row.id };
    if (last === undefined) return finding('UNEXPLAINED_ROW', subject, 'No event tells of it.', { found: shown(row) });
    if (digestFor(row) === last.digest) return null;
    return finding('OTHER_STATE', subject, 'It is not what its last event left.', {
      expected: last.digest,
      found: shown(row),
      eventId: last.id,
    });
  };

export const checkRequests = checking(requestsAfter, asTold<ApprovalRequest>('ApprovalRequest', requestDigest));
export const checkDecisions = checking(decisionsAfter, asTold<Decision>('ApprovalDecision', decisionDigest));
export const checkGrants = checking(grantsAfter, asTold<AccessGrant>('AccessGrant', grantDigest));
export const checkDelegations = checking(delegationsAfter, asTold<ApprovalDelegation>('ApprovalDelegation', delegationDigest));
export const checkEvidence = checking<EvidenceRow>(evidenceAfter, (row, events) =>
  firstOf(
    () => asTold<EvidenceRow>('Evidence', evidenceDigest)(row, events),
    () => checkTime(row, events),
  ),
);

/** What was measured before a threshold was asked for is stale: somebody may have changed when it was. */
function checkTime({ id, digest, eventId, recordedAt }: EvidenceRow, [added]: readonly Told[]): Finding | null {
  if (added?.id === eventId && added.at === recordedAt && added.digest === digest) return null;
  return finding('OTHER_STATE', { type: 'Evidence', id }, 'Its time, its digest or its event are not those that were recorded.', {
    expected: added?.at ?? null,
    found: recordedAt,
    eventId: added?.id ?? null,
  });
}

/** Whatever events say was measured is there: evidence only ever comes. */
export async function checkEvidenceEvents(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await evidenceEventsAfter(tx, after, limit);
  const findings = rows.map(({ id: eventId, evidenceId: id, hasRow }) =>
    hasRow
      ? null
      : finding('MISSING_ROW', { type: 'Evidence', id }, 'An event tells that it was recorded, and no row does.', { eventId }),
  );
  return stepOf(rows, limit, ({ seq }) => seq, findings);
}

/** Computed anew: somebody may have changed the value and left its digest. */
function evidenceDigest({ id: _, digest: __, eventId: ___, recordedAt: ____, value, ...told }: EvidenceRow): Digest {
  return digestOf({ ...told, value: readValue(value) });
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const SET = 'governance.approvalPolicy.set.v1';
const RETIRED = 'governance.approvalPolicy.retired.v1';

/** Each version of a policy was set by an event, and the last one is in force unless an event ended it. */
export async function checkApprovalPolicies(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await approvalPoliciesAfter(tx, after, limit);
  const ids = [...new Set(rows.map(({ id }) => id))];
  const events = await eventsOf(tx, ids, [SET, RETIRED]);
  const findings = ids.map(
    (id) =>
      rows
        .filter((row) => row.id === id)
        .map((row) => checkPolicy(row, events.get(id) ?? []))
        .find((one) => one !== null) ?? null,
  );
  return stepOf(ids, limit, (id) => id, findings);
}

function checkPolicy(
  { id, name, version, document, digest, effectiveTo, isLast }: PolicyToCheck,
  events: readonly Told[],
): Finding | null {
  const subject = { type: 'ApprovalPolicy', id };
  const set = events.filter(({ action }) => action === SET)[version - 1];
  if (set === undefined) return finding('UNEXPLAINED_ROW', subject, `No event tells of version ${version}.`, { found: digest });
  if (digestOf({ name, document }) !== set.digest)
    return finding('OTHER_STATE', subject, `Version ${version} is not what its event set.`, {
      expected: set.digest,
      found: shown(document),
      eventId: set.id,
    });
  const isInForce = isLast && events.at(-1)?.action === SET;
  if (isInForce === (effectiveTo === null)) return null;
  return finding(
    'OTHER_STATE',
    subject,
    `Version ${version} ${isInForce ? 'has ended, and no event says so.' : 'is in force, though an event ended it.'}`,
    {
      found: effectiveTo,
      eventId: events.at(-1)?.id ?? null,
    },
  );
}
