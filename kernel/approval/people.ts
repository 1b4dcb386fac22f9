import type { Queryable } from '../db/database.ts';
import { ROLES_OF, TEAMS_OF } from '../identity/principalById.ts';
import type { PrincipalKind, Role } from '../identity/principal.ts';

/** Somebody, as rules about reviewers see them. */
export interface Person {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly isActive: boolean;
  readonly roles: readonly Role[];
  /** All teams that they are in, directly or through others. */
  readonly teams: readonly string[];
  /** Who answers for them: themselves unless they are a service. */
  readonly humanId: string;
}

export async function peopleById(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const rows = await db.query<Person>(
    `select p.id, p.kind, p.state = 'active' as "isActive", ${ROLES_OF} as roles, ${TEAMS_OF} as teams,
       coalesce(p.owner_id, p.id) as "humanId"
     from kernel.principal p where p.id = any($1)`,
    [[...new Set(ids)]],
    'approval_people',
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** How many teams have an active member who holds one of these roles or is in one of these teams. */
export async function countReviewingTeams(db: Queryable, roles: readonly string[], teams: readonly string[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(distinct m.team_id)::int as count from kernel.membership m join kernel.principal p on p.id = m.member_id
     where p.kind = 'user' and p.state = 'active' and (${ROLES_OF} && $1::text[] or m.team_id = any($2))`,
    [roles, teams],
    'approval_reviewing_teams',
  );
  return row?.count ?? 0;
}
