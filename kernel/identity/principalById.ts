import type { Queryable } from '../db/database.ts';
import type { Principal, PrincipalKind, Role } from './principal.ts';

/** Ids of all teams that principal `p` is in, directly or through other teams, sorted: part of statements about principals. */
export const TEAMS_OF = `array(
  with recursive up as (
    select m.team_id from kernel.membership m where m.member_id = p.id
    union select m.team_id from up join kernel.membership m on m.member_id = up.team_id)
  select team_id from up order by team_id)`;

/** Roles of principal `p`: those that people gave and those that come with groups of the identity provider. */
export const ROLES_OF = `array(select distinct r from unnest(p.roles || p.group_roles) r order by r)`;

interface PrincipalRow {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly owner_id: string | null;
  readonly teams: readonly string[];
}

/** Somebody as policies see them, whether they may sign in or not; null when there is nobody. */
export async function principalById(db: Queryable, id: string): Promise<Principal | null> {
  const [row] = await db.query<PrincipalRow>(
    `select p.id, p.kind, p.name, ${ROLES_OF} as roles, p.owner_id, ${TEAMS_OF} as teams from kernel.principal p where p.id = $1`,
    [id],
    'identity_by_id',
  );
  if (row === undefined) return null;
  const { owner_id: onBehalfOf, ...principal } = row;
  return { ...principal, onBehalfOf, scopes: ['graph'], authMethod: 'access-key' };
}
