import type { Tx } from '../../../kernel/db/database.ts';
import type { Logout } from '../../../kernel/identity/oidc/identityProvider.ts';
import { atMs } from '../../../kernel/time.ts';
import type { Session } from '../domain/session.ts';

/** Adds a session, known from now on by the HMAC of its token, and forgets those of the same person that are over. */
export async function addSession(tx: Tx, session: Session, hmac: Buffer): Promise<void> {
  await tx.query(
    'delete from kernel.session where principal_id = $1 and expires_at < $2',
    [session.principalId, tx.now],
    'governance_forget_sessions',
  );
  await tx.query(
    `insert into kernel.session (id, principal_id, hmac, issuer, provider_session, recorded_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [session.id, session.principalId, hmac, session.issuer, session.providerSession, tx.now, session.expiresAt],
    'governance_add_session',
  );
}

/** Ends the session of a token; null when it is none that goes on. */
export async function endSession(tx: Tx, hmac: Buffer): Promise<EndedSession | null> {
  const [row] = await tx.query<EndedSession>(
    `update kernel.session set revoked_at = $2 where hmac = $1 and revoked_at is null and expires_at > $2
     returning id, principal_id as "principalId"`,
    [hmac, tx.now],
    'governance_end_session',
  );
  return row ?? null;
}

/** Ends all sessions of somebody. They do not come back when the person does. */
export async function endSessionsOf(tx: Tx, principalId: string): Promise<void> {
  await tx.query(
    'update kernel.session set revoked_at = $2 where principal_id = $1 and revoked_at is null',
    [principalId, tx.now],
    'governance_end_sessions_of',
  );
}

export interface EndedSession {
  readonly id: string;
  readonly principalId: string;
}

/** Ends the sessions that came of a session at the provider, or of anything of one subject there; those of both where both are named. */
export const endSessionsAt = (
  tx: Tx,
  { issuer, subject, session }: Pick<Logout, 'issuer' | 'subject' | 'session'>,
): Promise<readonly EndedSession[]> =>
  tx.query<EndedSession>(
    `update kernel.session set revoked_at = $4
     where issuer = $1 and revoked_at is null and expires_at > $4 and ($2::text is not null or $3::text is not null)
       and ($2::text is null or principal_id in (
         select principal_id from kernel.external_identity where issuer = $1 and subject = $2))
       and ($3::text is null or provider_session = $3)
     returning id, principal_id as "principalId"`,
    [issuer, subject, session, tx.now],
    'governance_end_sessions_at',
  );

/** False when the logout token was used before. Forgets those that count no more. */
export async function useLogoutToken(tx: Tx, { issuer, tokenId, usableUntilMs }: Logout): Promise<boolean> {
  await tx.query('delete from kernel.logout_token where expires_at < $1', [tx.now], 'governance_forget_logout_tokens');
  const used = await tx.query(
    `insert into kernel.logout_token (issuer, jti, expires_at) values ($1, $2, $3) on conflict do nothing returning 1`,
    [issuer, tokenId, atMs(usableUntilMs)],
    'governance_use_logout_token',
  );
  return used.length === 1;
}
