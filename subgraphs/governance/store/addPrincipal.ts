import type { Tx } from '../../../kernel/db/database.ts';
import type { Principal } from '../domain/principal.ts';

/** Adds a principal; false when another one has its e-mail address. A second caller waits here until the first has committed. */
export async function addPrincipal(tx: Tx, principal: Principal): Promise<boolean> {
  const made = await tx.query(
    `insert into kernel.principal (id, kind, name, email, owner_id, roles, state, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
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
    ],
    'governance_add_principal',
  );
  return made.length === 1;
}
