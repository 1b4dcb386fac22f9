import type { Tx } from '../../../kernel/db/database.ts';
import type { User } from '../domain/principal.ts';

/** Makes the stub with this id the given person. */
export async function claimStub(tx: Tx, user: User): Promise<void> {
  await tx.query(
    `update kernel.principal set name = $2, email = $3, roles = $4, state = $5 where id = $1 and state = 'stub'`,
    [user.id, user.name, user.email, user.roles, user.state],
    'governance_claim_stub',
  );
}
