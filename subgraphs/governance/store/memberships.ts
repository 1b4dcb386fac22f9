import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Page } from '../../../kernel/page.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Member, MembershipOrigin, Principal } from '../domain/principal.ts';
import { membership, principal } from '../tables.ts';
import { principalOf } from './principalOf.ts';

/** Of two who put teams into each other at once, the second one sees what the first one did. */
export async function lockTeamTree(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('governance.membership', 0))`, [], 'governance_lock_team_tree');
}

/** Ids of all teams that a team is in, directly or through others. */
export async function teamsAbove(tx: Tx, teamId: string): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `with recursive up as (
       select team_id from kernel.membership where member_id = $1
       union select m.team_id from up join kernel.membership m on m.member_id = up.team_id)
     select team_id as id from up order by id`,
    [teamId],
    'governance_teams_above',
  );
  return rows.map(({ id }) => id);
}

/** Who of these is a member, by which origins. */
export async function originsOf(
  tx: Tx,
  teamId: string,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, readonly MembershipOrigin[]>> {
  const rows = await tx.query<{ id: string; origins: readonly MembershipOrigin[] }>(
    `select member_id as id, array_agg(origin order by origin) as origins from kernel.membership
     where team_id = $1 and member_id = any($2) group by member_id`,
    [teamId, memberIds],
    'governance_origins_of',
  );
  return new Map(rows.map(({ id, origins }) => [id, origins]));
}

/** Ids of those for whom this origin had not said so before. */
export async function addMembers(
  tx: Tx,
  teamId: string,
  memberIds: readonly string[],
  origin: MembershipOrigin,
): Promise<readonly string[]> {
  const added = await tx.query<{ id: string }>(
    `insert into kernel.membership (team_id, member_id, origin, recorded_at)
     select $1, m.id, $3, $4 from unnest($2::text[]) as m(id) order by m.id
     on conflict do nothing returning member_id as id`,
    [teamId, memberIds, origin, tx.now],
    'governance_add_members',
  );
  return added.map(({ id }) => id).toSorted();
}

/** Ids of those for whom this origin does not say so any more. */
export async function removeMembers(
  tx: Tx,
  teamId: string,
  memberIds: readonly string[],
  origin: MembershipOrigin,
): Promise<readonly string[]> {
  const removed = await tx.query<{ id: string }>(
    `delete from kernel.membership where team_id = $1 and member_id = any($2) and origin = $3 returning member_id as id`,
    [teamId, memberIds, origin],
    'governance_remove_members',
  );
  return removed.map(({ id }) => id).toSorted();
}

/** Takes back all that an origin says about a team; answers the ids of those it was about. */
export async function removeAllOf(tx: Tx, teamId: string, origin: MembershipOrigin): Promise<readonly string[]> {
  const removed = await tx.query<{ id: string }>(
    'delete from kernel.membership where team_id = $1 and origin = $2 returning member_id as id',
    [teamId, origin],
    'governance_remove_all_of',
  );
  return removed.map(({ id }) => id).toSorted();
}

/** The sort key of a member. */
export const memberKey = ({ principal: { name, id } }: Member): readonly [string, string] => [name, id];

/** Direct members in the order of their names, one more than the page holds. */
export async function listMembers(
  { orm }: Queryable,
  teamId: string,
  { first, after }: Page<readonly ['text', 'text']>,
): Promise<readonly Member[]> {
  const [afterName = '', afterId = ''] = after ?? [];
  const folded = sql`lower(${principal.name})`;
  const rows = await orm
    .select({
      member: principal,
      origins: sql<readonly MembershipOrigin[]>`array_agg(${membership.origin} order by ${membership.origin})`,
      since: sql<Instant>`min(${membership.recordedAt})`,
    })
    .from(membership)
    .innerJoin(principal, eq(principal.id, membership.memberId))
    .where(
      and(
        eq(membership.teamId, teamId),
        after === null ? undefined : sql`(${folded}, ${principal.id}) > (lower(${afterName}::text), ${afterId}::text)`,
      ),
    )
    .groupBy(principal.id)
    .orderBy(folded, principal.id)
    .limit(first + 1);
  return rows.map(({ member, origins, since }) => ({ principal: principalOf(member), origins, since }));
}

export interface TeamOfMember {
  readonly memberId: string;
  readonly team: Principal;
}

const TEAMS_MAX = 100;

/** The direct teams of each of these, in the order of their names. */
export async function teamsOfMembers({ orm }: Queryable, memberIds: readonly string[]): Promise<readonly TeamOfMember[]> {
  const ranked = orm
    .selectDistinct({
      memberId: membership.memberId,
      teamId: membership.teamId,
      rank: sql<number>`dense_rank() over (partition by ${membership.memberId} order by lower(${principal.name}), ${principal.id})`.as(
        'rank',
      ),
    })
    .from(membership)
    .innerJoin(principal, eq(principal.id, membership.teamId))
    .where(inArray(membership.memberId, [...memberIds]))
    .as('ranked');
  const rows = await orm
    .select({ memberId: ranked.memberId, team: principal })
    .from(ranked)
    .innerJoin(principal, eq(principal.id, ranked.teamId))
    .where(sql`${ranked.rank} <= ${TEAMS_MAX}`)
    .orderBy(ranked.memberId, ranked.rank);
  return rows.map(({ memberId, team }) => ({ memberId, team: principalOf(team) }));
}
