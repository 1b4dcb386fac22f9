import type { Queryable } from '../../../kernel/db/database.ts';
import type { Principal } from '../../../kernel/identity/principal.ts';
import { ROLES_OF, TEAMS_OF } from '../../../kernel/identity/principalById.ts';
import type { PrincipalState } from '../domain/principal.ts';
import type { Subject } from './externalIdentities.ts';

export type KnownCaller = Pick<Principal, 'id' | 'kind' | 'name' | 'roles' | 'teams'> & { readonly state: PrincipalState };

/** Whom a provider means, as they are now; null when they were never seen. */
export async function principalBySubject(db: Queryable, { issuer, subject }: Subject): Promise<KnownCaller | null> {
  const [row] = await db.query<KnownCaller>(
    `select p.id, p.kind, p.name, p.state, ${ROLES_OF} as roles, ${TEAMS_OF} as teams
     from kernel.external_identity i join kernel.principal p on p.id = i.principal_id
     where i.issuer = $1 and i.subject = $2`,
    [issuer, subject],
    'governance_principal_by_subject',
  );
  return row ?? null;
}
