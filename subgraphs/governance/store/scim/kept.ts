import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import { FROM_KEPT, KEPT, type Kept, type KeptKind } from './resourceRow.ts';

/** What a provider keeps here under this id; null for nothing, or for nothing any more. */
export async function findKept(db: Queryable, kind: KeptKind, id: string): Promise<Kept | null> {
  const [row] = await db.query<Kept>(
    `select ${KEPT} ${FROM_KEPT} where s.principal_id = $1 and s.kind = $2 and s.removed_at is null`,
    [id, kind],
    'governance_scim_find',
  );
  return row ?? null;
}

/** The same in order to change it, also when it was let go. */
export async function lockKept(tx: Tx, id: string): Promise<Kept | null> {
  const [row] = await tx.query<Kept>(
    `select ${KEPT} ${FROM_KEPT} where s.principal_id = $1 for update of s`,
    [id],
    'governance_scim_lock',
  );
  return row ?? null;
}

/** Of two who make the same group at once, the second one sees what the first one made. */
export async function lockGroups(tx: Tx): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('governance.scim.groups', 0))`,
    [],
    'governance_scim_lock_groups',
  );
}

/** Ids of the groups of this name, without regard to case; those that are there go first. */
export async function groupsNamed(
  tx: Tx,
  name: string,
): Promise<readonly { readonly id: string; readonly isRemoved: boolean }[]> {
  return tx.query(
    `select p.id, s.removed_at is not null as "isRemoved" ${FROM_KEPT}
     where s.kind = 'group' and lower(p.name) = lower($1) order by s.removed_at is not null, s.removed_at desc, p.id limit 2`,
    [name],
    'governance_scim_groups_named',
  );
}

/** Id of the team that people linked to one of these groups of a provider, unless SCIM has it already; null for none. */
export async function linkedTeam(tx: Tx, issuer: string, groups: readonly string[]): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `select p.id from kernel.principal p where p.kind = 'team' and p.external_namespace = $1 and p.external_name = any($2)
       and not exists (select from kernel.scim_resource s where s.principal_id = p.id) order by p.id limit 1`,
    [issuer, groups],
    'governance_scim_linked_team',
  );
  return row?.id ?? null;
}

export interface Keeping {
  readonly externalId: string | null;
  readonly active: boolean;
  readonly attributes: JsonObject;
}

/** The provider keeps it here from now on, or again. */
export async function keep(tx: Tx, kind: KeptKind, id: string, { externalId, active, attributes }: Keeping): Promise<void> {
  await tx.query(
    `insert into kernel.scim_resource (principal_id, kind, external_id, active, attributes, recorded_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $6)
     on conflict (principal_id) do update set external_id = excluded.external_id, active = excluded.active,
       attributes = excluded.attributes, recorded_at = excluded.recorded_at, changed_at = excluded.changed_at, removed_at = null`,
    [id, kind, externalId, active, JSON.stringify(attributes), tx.now],
    'governance_scim_keep',
  );
}

export async function changeKept(tx: Tx, id: string, { externalId, active, attributes }: Keeping): Promise<void> {
  await tx.query(
    `update kernel.scim_resource set external_id = $2, active = $3, attributes = $4, changed_at = $5 where principal_id = $1`,
    [id, externalId, active, JSON.stringify(attributes), tx.now],
    'governance_scim_change',
  );
}

/** The provider does not keep it any more. */
export async function letGo(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `update kernel.scim_resource set removed_at = $2, changed_at = $2, active = false where principal_id = $1`,
    [id, tx.now],
    'governance_scim_let_go',
  );
}

/** Memberships of these groups changed. */
export async function touchKept(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(
    'update kernel.scim_resource set changed_at = $2 where principal_id = any($1)',
    [ids, tx.now],
    'governance_scim_touch',
  );
}

/** False when somebody else has the address. */
export async function setAddress(tx: Tx, id: string, email: string): Promise<boolean> {
  const set = await tx.query(
    `update kernel.principal set email = $2 where id = $1
       and not exists (select from kernel.principal o where lower(o.email) = lower($2) and o.id <> $1) returning id`,
    [id, email],
    'governance_scim_set_address',
  );
  return set.length === 1;
}
