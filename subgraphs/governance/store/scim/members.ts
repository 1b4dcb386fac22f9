import type { Queryable, Tx } from '../../../../kernel/db/database.ts';

export interface GroupMember {
  readonly groupId: string;
  readonly memberId: string;
  readonly name: string;
}

/** Who is in these groups by the word of the provider, in the order of the ids. */
export const membersOfGroups = (db: Queryable, groupIds: readonly string[]): Promise<readonly GroupMember[]> =>
  db.query(
    `select m.team_id as "groupId", m.member_id as "memberId", p.name from kernel.membership m
     join kernel.principal p on p.id = m.member_id where m.team_id = any($1) and m.origin = 'scim' order by m.team_id, m.member_id`,
    [groupIds],
    'governance_scim_members',
  );

/** How many those are. */
export async function countMembers(db: Queryable, groupIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ id: string; count: number }>(
    `select team_id as id, count(*)::int as count from kernel.membership
     where team_id = any($1) and origin = 'scim' group by team_id`,
    [groupIds],
    'governance_scim_count_members',
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

export interface GroupOfMember {
  readonly memberId: string;
  readonly id: string;
  readonly name: string;
}

/** Groups of each of these people by the word of the provider, the first hundred in the order of their ids. */
export const groupsOfMembers = (db: Queryable, memberIds: readonly string[]): Promise<readonly GroupOfMember[]> =>
  db.query(
    `select u.id as "memberId", g.id, g.name from unnest($1::text[]) as u(id) cross join lateral (
       select p.id, p.name from kernel.membership m join kernel.principal p on p.id = m.team_id
       where m.member_id = u.id and m.origin = 'scim' order by p.id limit 100) g order by u.id, g.id`,
    [memberIds],
    'governance_scim_groups_of',
  );

/** Ids of all groups that somebody is in by the word of the provider. */
export async function groupIdsOf(tx: Tx, memberId: string): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `select team_id as id from kernel.membership where member_id = $1 and origin = 'scim' order by team_id`,
    [memberId],
    'governance_scim_group_ids_of',
  );
  return rows.map(({ id }) => id);
}

/** Which of these people the provider does not keep here. */
export async function unknownPeople(tx: Tx, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `select w.id from unnest($1::text[]) as w(id) where not exists (
       select from kernel.scim_resource s where s.principal_id = w.id and s.kind = 'user' and s.removed_at is null) order by w.id`,
    [ids],
    'governance_scim_unknown',
  );
  return rows.map(({ id }) => id);
}
