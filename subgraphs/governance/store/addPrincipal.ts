import type { Tx } from '../../../kernel/db/database.ts';
import type { Principal } from '../domain/principal.ts';

/** A name that others gave somebody, e.g. a group at an identity provider. */
export interface ExternalName {
  readonly namespace: string;
  readonly name: string;
}

/** Adds a principal; false when another one has its e-mail address or its name elsewhere. A second caller waits here until the first has committed. */
export async function addPrincipal(tx: Tx, principal: Principal, external: ExternalName | null = null): Promise<boolean> {
  const made = await tx.query(
    `insert into kernel.principal (id, kind, name, email, owner_id, roles, state, recorded_at, external_namespace, external_name)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict do nothing returning id`,
    [
      principal.id,
      principal.kind,
      principal.name,
      principal.kind === 'user' ? principal.email : null,
      principal.kind === 'service' ? principal.ownerId : null,
      principal.roles,
      principal.state,
      tx.now,
      external?.namespace ?? null,
      external?.name ?? null,
    ],
    'governance_add_principal',
  );
  return made.length === 1;
}
