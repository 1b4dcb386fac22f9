import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { eventsOf, lastEventsOf, type Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { ERASED_NAME } from '../../domain/erasure.ts';
import { identitiesAfter, keysAfter, type KeyToCheck, sessionsAfter } from '../../store/reconcile/principalRows.ts';

/** Keys are those that events made, and end when events say so. */
export const checkKeys = checking(keysAfter, checkKey);

function checkKey({ label, erasedAt, ...key }: KeyToCheck, events: readonly Told[]): Finding | null {
  const subject = { type: 'AccessKey', id: key.id };
  const [last] = events;
  if (last === undefined) return finding('UNEXPLAINED_ROW', subject, 'No event tells of this key.', { found: key.principalId });
  const states = erasedAt !== null && key.revokedAt === erasedAt ? [key, { ...key, revokedAt: null }] : [key];
  if (!states.some((state) => digestOf(state) === last.digest))
    return finding('OTHER_STATE', subject, 'Holder, scopes or end are not what its last event says.', {
      expected: last.digest,
      found: shown(key),
      eventId: last.id,
    });
  const made = events.find(({ fields }) => fields.includes('label'));
  const said = made?.detail?.['after'];
  const expected =
    erasedAt !== null ? ERASED_NAME : typeof said === 'object' && said !== null ? (said as { label?: unknown }).label : label;
  if (made === undefined || made.detail === null || expected === label) return null;
  return finding('OTHER_STATE', subject, 'The label is not what its event says.', {
    expected: shown(expected),
    found: label,
    eventId: made.id,
  });
}

/** Nobody has a session that did not start. */
export async function checkSessions(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await sessionsAfter(tx, after, limit);
  const events = await lastEventsOf(
    tx,
    rows.map(({ id }) => id),
  );
  const findings = rows.map(({ id, principalId, isRevoked }) => {
    const subject = { type: 'Session', id };
    const [last] = events.get(id) ?? [];
    if (last === undefined) return finding('UNEXPLAINED_ROW', subject, 'No event tells that it started.', { found: principalId });
    if (digestOf({ id, principalId }) !== last.digest)
      return finding('OTHER_STATE', subject, 'It is somebody else’s.', {
        expected: last.digest,
        found: principalId,
        eventId: last.id,
      });
    return last.action === 'governance.session.ended.v1' && !isRevoked
      ? finding('OTHER_STATE', subject, 'It goes on after its end.', { eventId: last.id })
      : null;
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}

const LINKED = 'governance.identity.linked.v1';

/** Whom the identity provider means was said by an event, as long as details are kept. */
export async function checkIdentities(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await identitiesAfter(tx, after, limit);
  const events = await eventsOf(
    tx,
    rows.map(({ id }) => id),
    [LINKED],
  );
  const findings = rows.map(({ id, identities }) => {
    const links = events.get(id) ?? [];
    const known = new Set(links.flatMap(({ detail }) => (detail === null ? [] : [digestOf(detail['after'] ?? null)])));
    const forgotten = links.filter(({ detail }) => detail === null).length;
    const unknown = identities.filter(({ issuer, subject }) => !known.has(digestOf({ issuer, subject })));
    const [odd] = unknown;
    if (odd === undefined || unknown.length <= forgotten) return null;
    return finding('UNEXPLAINED_ROW', { type: 'User', id }, 'No event tells that an identity of the provider is theirs.', {
      found: `${odd.issuer} ${odd.subject}`,
    });
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}
