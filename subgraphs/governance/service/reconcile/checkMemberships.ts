import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { eventsOf, type Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import {
  erasedAmong,
  membersTold,
  type MembersTold,
  teamsAfter,
  type TeamToCheck,
} from '../../store/reconcile/membershipRows.ts';

const ADDED = 'governance.members.added.v1';
const REMOVED = 'governance.members.removed.v1';

/** Who is in a team is what all events about it come to. */
export async function checkMemberships(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await teamsAfter(tx, after, limit);
  const ids = rows.map(({ id }) => id);
  const [events, messages] = [await eventsOf(tx, ids, [ADDED, REMOVED]), await membersTold(tx, ids)];
  const replays = rows.map((row) => replay(events.get(row.id) ?? [], messages));
  const named = replays.flatMap((members) => [...(members?.values() ?? [])].map(({ memberId }) => memberId));
  const erased = await erasedAmong(tx, [...new Set(named)]);
  const findings = rows.map((row, place) => check(row, events.get(row.id) ?? [], replays[place] ?? null, erased));
  return stepOf(rows, limit, ({ id }) => id, findings);
}

interface Membership {
  readonly memberId: string;
  readonly origin: string;
  readonly eventId: string;
}

const keyOf = ({ memberId, origin }: Pick<Membership, 'memberId' | 'origin'>): string => `${memberId} ${origin}`;

/** Null when one of the events does not say any more who it was about. */
function replay(events: readonly Told[], messages: ReadonlyMap<string, MembersTold>): ReadonlyMap<string, Membership> | null {
  const members = new Map<string, Membership>();
  for (const event of events) {
    const told = readMembers(event, messages.get(event.id) ?? null);
    if (told === null) return null;
    for (const memberId of told.memberIds) {
      const membership = { memberId, origin: told.origin, eventId: event.id };
      if (event.action === ADDED) members.set(keyOf(membership), membership);
      else members.delete(keyOf(membership));
    }
  }
  return members;
}

/** By the detail of the event or, where that was forgotten, by the message of the same transaction; the digest proves the ids. */
function readMembers(
  { subjectId, digest, detail }: Told,
  message: MembersTold | null,
): { readonly memberIds: readonly string[]; readonly origin: string } | null {
  const memberIds = detail?.['memberIds'] ?? message?.memberIds;
  const origin = detail?.['origin'] ?? message?.origin;
  if (!Array.isArray(memberIds) || typeof origin !== 'string') return null;
  return digestOf({ id: subjectId, memberIds }) === digest ? { memberIds: memberIds.map(String), origin } : null;
}

function check(
  { id, members }: TeamToCheck,
  events: readonly Told[],
  expected: ReadonlyMap<string, Membership> | null,
  erased: ReadonlySet<string>,
): Finding | null {
  const subject = { type: 'Team', id };
  const times = new Set(events.filter(({ action }) => action === ADDED).map(({ at }) => at));
  const extra = members.find((row) => !times.has(row.at) || expected?.has(keyOf(row)) === false);
  if (extra !== undefined)
    return finding('UNEXPLAINED_ROW', subject, `No event tells that ${extra.memberId} is in the team.`, { found: keyOf(extra) });
  const present = new Set(members.map(keyOf));
  const gone = [...(expected?.values() ?? [])].find((one) => !present.has(keyOf(one)) && !erased.has(one.memberId));
  if (gone === undefined) return null;
  return finding('MISSING_ROW', subject, `${gone.memberId} is not in the team any more, and no event tells why.`, {
    expected: keyOf(gone),
    eventId: gone.eventId,
  });
}
