import type { Tx } from '../../../../kernel/db/database.ts';
import type { Role } from '../../../../kernel/identity/principal.ts';
import type { Group } from '../../domain/scim/groupRoles.ts';

export interface Grouped {
  readonly id: string;
  readonly groupRoles: readonly Role[];
  /** Whether tokens of the provider told their groups before. */
  readonly isTold: boolean;
  /** Those that the provider keeps them in by SCIM. */
  readonly groups: readonly Group[];
}

/** Roles and groups of these people, in order to change them. */
export async function lockGrouped(tx: Tx, ids: readonly string[]): Promise<readonly Grouped[]> {
  await tx.query(
    'select id from kernel.principal where id = any($1) order by id for no key update',
    [ids],
    'governance_scim_lock_grouped',
  );
  return tx.query<Grouped>(
    `select p.id, p.group_roles as "groupRoles",
       exists (select from kernel.external_identity i where i.principal_id = p.id and i.groups_at is not null) as "isTold",
       coalesce((select json_agg(json_build_object('name', g.name, 'externalId', s.external_id) order by g.id)
         from kernel.membership m join kernel.principal g on g.id = m.team_id
         join kernel.scim_resource s on s.principal_id = g.id and s.removed_at is null
         where m.member_id = p.id and m.origin = 'scim'), '[]') as groups
     from kernel.principal p where p.id = any($1) order by p.id`,
    [ids],
    'governance_scim_grouped',
  );
}

/** Sets the roles that come with groups, for many people at once. */
export async function setRolesOfMany(
  tx: Tx,
  wanted: readonly { readonly id: string; readonly roles: readonly Role[] }[],
): Promise<void> {
  await tx.query(
    `update kernel.principal p set group_roles = array(select jsonb_array_elements_text(w.roles))
     from jsonb_to_recordset($1::jsonb) as w(id text, roles jsonb) where p.id = w.id`,
    [JSON.stringify(wanted)],
    'governance_scim_set_roles',
  );
}
