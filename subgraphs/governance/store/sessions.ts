import type { Tx } from '../../../kernel/db/database.ts';
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
export async function endSession(tx: Tx, hmac: Buffer): Promise<{ readonly id: string; readonly principalId: string } | null> {
  const [row] = await tx.query<{ id: string; principalId: string }>(
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
