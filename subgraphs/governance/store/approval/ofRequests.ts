import type { Decision } from '../../../../kernel/approval/decision.ts';
import { DECISION_COLUMNS } from '../../../../kernel/approval/decisions.ts';
import { type ApprovalPolicy, POLICY_COLUMNS } from '../../../../kernel/approval/guards.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { ApprovalMove } from '../../domain/approval/shown.ts';

/** What was said of each of these, the earliest first, at most 100 each. What was resolved later than asked for is open. */
export async function decisionsOfRequests(
  db: Queryable,
  ids: readonly string[],
  asOf: Instant | null,
): Promise<readonly Decision[]> {
  const rows = await db.query<Decision>(
    `select x.* from unnest($1::text[]) as w(id) cross join lateral (
       select ${DECISION_COLUMNS} from kernel.approval_decision d where d.request_id = w.id and d.decided_at <= $2
       order by d.decided_at, d.id limit 100) x`,
    [ids, asOf ?? 'infinity'],
    'governance_decisions_of_requests',
  );
  return rows.map((decision) =>
    asOf !== null && decision.resolvedAt !== null && decision.resolvedAt > asOf
      ? { ...decision, resolvedAt: null, resolvedBy: null, resolution: null }
      : decision,
  );
}

/** The states of each of these, the earliest first, at most 100 each. */
export const movesOfRequests = (db: Queryable, ids: readonly string[], asOf: Instant | null): Promise<readonly ApprovalMove[]> =>
  db.query<ApprovalMove>(
    `select x.* from unnest($1::text[]) as w(id) cross join lateral (
       select m.request_id as "requestId", m.version, m.state, m.state_reason as reason, m.round, m.valid_until as "validUntil",
         m.event_id as "eventId", m.moved_at as at
       from kernel.approval_move m where m.request_id = w.id and m.moved_at <= $2 order by m.version limit 100) x`,
    [ids, asOf ?? 'infinity'],
    'governance_moves_of_requests',
  );

export interface WantedPolicy {
  readonly name: string;
  readonly version: number;
}

export const policiesOf = (db: Queryable, wanted: readonly WantedPolicy[]): Promise<readonly ApprovalPolicy[]> =>
  db.query<ApprovalPolicy>(
    `select ${POLICY_COLUMNS} from kernel.approval_policy p
     join unnest($1::text[], $2::int[]) as w(name, version) on w.name = p.name and w.version = p.version`,
    [wanted.map(({ name }) => name), wanted.map(({ version }) => version)],
    'governance_policies_of',
  );

/** Versions of a policy, latest first, one more than the page holds. */
export const listPolicyVersions = (
  db: Queryable,
  name: string,
  before: number | null,
  limit: number,
): Promise<readonly ApprovalPolicy[]> =>
  db.query<ApprovalPolicy>(
    `select ${POLICY_COLUMNS} from kernel.approval_policy p
     where p.name = $1 and ($2::int is null or p.version < $2) order by p.version desc limit $3`,
    [name, before, limit],
    'governance_list_approval_policies',
  );

/** How many active people each of these roles or teams has. */
export async function countReviewers(
  db: Queryable,
  wanted: readonly { readonly role: string | null; readonly team: string | null }[],
): Promise<readonly number[]> {
  const rows = await db.query<{ count: number }>(
    `select (select count(*)::int from kernel.principal p where p.kind = 'user' and p.state = 'active'
       and (w.role = any(p.roles || p.group_roles) or exists (
         with recursive up as (
           select m.team_id from kernel.membership m where m.member_id = p.id
           union select m.team_id from up join kernel.membership m on m.member_id = up.team_id)
         select from up where up.team_id = w.team))) as count
     from unnest($1::text[], $2::text[]) with ordinality as w(role, team, place) order by w.place`,
    [wanted.map(({ role }) => role), wanted.map(({ team }) => team)],
    'governance_count_reviewers',
  );
  return rows.map(({ count }) => count);
}

/** The database's time. */
export async function timeOf(db: Queryable): Promise<Instant> {
  const [row] = await db.query<{ now: Instant }>('select clock_timestamp() as now', [], 'governance_time_of');
  if (row === undefined) throw new Error('The database did not tell the time.');
  return row.now;
}
