import { eq } from 'drizzle-orm';
import type { Role } from '../../../kernel/identity/principal.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import type { Principal, PrincipalState } from '../domain/principal.ts';
import { principal } from '../tables.ts';
import type { ExternalName } from './addPrincipal.ts';
import { principalOf } from './principalOf.ts';

/** Reads a principal in order to change them; null when there is none. */
export async function lockToChange({ orm }: Tx, id: string): Promise<Principal | null> {
  const [row] = await orm.select().from(principal).where(eq(principal.id, id)).for('no key update');
  return row === undefined ? null : principalOf(row);
}

export async function setState(tx: Tx, id: string, state: PrincipalState): Promise<void> {
  await tx.query('update kernel.principal set state = $2 where id = $1', [id, state], 'governance_set_state');
}

export async function setName(tx: Tx, id: string, name: string): Promise<void> {
  await tx.query('update kernel.principal set name = $2 where id = $1', [id, name], 'governance_set_name');
}

export async function setOwner(tx: Tx, id: string, ownerId: string): Promise<void> {
  await tx.query('update kernel.principal set owner_id = $2 where id = $1', [id, ownerId], 'governance_set_owner');
}

/** Sets the roles that people give; those of groups stay. */
export async function setGivenRoles(tx: Tx, id: string, roles: readonly Role[]): Promise<void> {
  await tx.query('update kernel.principal set roles = $2 where id = $1', [id, roles], 'governance_set_roles');
}

/** False when somebody else has the name. */
export async function setExternalName(tx: Tx, id: string, external: ExternalName | null): Promise<boolean> {
  const set = await tx.query(
    `update kernel.principal set external_namespace = $2, external_name = $3 where id = $1 and not exists (
       select from kernel.principal o where o.external_namespace = $2 and o.external_name = $3 and o.id <> $1) returning id`,
    [id, external?.namespace ?? null, external?.name ?? null],
    'governance_set_external_name',
  );
  return set.length === 1;
}
