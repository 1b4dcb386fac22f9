import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';

export interface TeamToCheck {
  readonly id: string;
  readonly members: readonly { readonly memberId: string; readonly origin: string; readonly at: Instant }[];
}

/** Everything that is a team or has members. */
export async function teamsAfter(db: Queryable, after: string, limit: number): Promise<readonly TeamToCheck[]> {
  const teams = await db.query<{ id: string }>(
    `select id from kernel.principal p where id > $1 and (kind = 'team' or exists (
       select from kernel.membership m where m.team_id = p.id)) order by id limit $2`,
    [after, limit],
    'governance_reconcile_teams',
  );
  const ids = teams.map(({ id }) => id);
  const members = await db.query<TeamToCheck['members'][number] & { readonly teamId: string }>(
    `select team_id as "teamId", member_id as "memberId", origin, recorded_at as at from kernel.membership where team_id = any($1)`,
    [ids],
    'governance_reconcile_members',
  );
  return ids.map((id) => ({ id, members: members.filter(({ teamId }) => teamId === id) }));
}

/** What the message to others says of an event about members: in the order in which it came. */
export interface MembersTold {
  readonly eventId: string;
  readonly origin: string | null;
  readonly memberIds: readonly string[] | null;
}

export async function membersTold(db: Queryable, teamIds: readonly string[]): Promise<ReadonlyMap<string, MembersTold>> {
  const rows = await db.query<MembersTold>(
    `select event_id as "eventId", payload::json ->> 'origin' as origin, payload::json -> 'memberIds' as "memberIds"
     from kernel.outbox where aggregate_id = any($1) and topic like 'governance.members.%'`,
    [teamIds],
    'governance_reconcile_members_told',
  );
  return new Map(rows.map((row) => [row.eventId, row]));
}

/** Whose memberships went with their erasure. */
export async function erasedAmong(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    `select distinct subject_id as id from kernel.audit_event where subject_id = any($1) and action = 'governance.person.erased.v1'`,
    [ids],
    'governance_reconcile_erased',
  );
  return new Set(rows.map(({ id }) => id));
}
