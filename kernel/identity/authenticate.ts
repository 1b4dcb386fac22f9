import type { Database } from '../db/database.ts';
import { Fault } from '../fault.ts';
import type { Principal, PrincipalKind, Role, Scope } from './principal.ts';
import { ROLES_OF, TEAMS_OF } from './principalById.ts';
import { isMistyped, isSessionToken, tokenHmac } from './token.ts';

interface SignedInRow {
  readonly principal_id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  readonly owner_id: string | null;
  readonly teams: readonly string[];
  readonly gone: boolean;
  /** Null for a session. */
  readonly key_id: string | null;
  /** True for a key whose use was not noted for a minute. */
  readonly stale: boolean;
}

/** Who may act: the active, and of services those for which somebody active answers. */
const MAY_ACT = `p.state = 'active' and (p.owner_id is null or exists (
  select from kernel.principal o where o.id = p.owner_id and o.state = 'active'))`;
const SOMEBODY = `p.id as principal_id, p.kind, p.name, p.owner_id, ${ROLES_OF} as roles, ${TEAMS_OF} as teams`;

/**
 * Who sends this token, of a key or a session? Asked anew for each request, so that a revoked one stops at once.
 * @throws Fault UNAUTHENTICATED when nobody does, any more or ever; it never says which
 */
export async function authenticate(db: Database, pepper: Buffer, token: string): Promise<Principal> {
  if (token.length > 512) throw unauthenticated('The token is longer than any token.');
  if (isMistyped(token)) throw unauthenticated('The token is cut off or mistyped: its checksum does not fit.');
  const hmac = tokenHmac(pepper, token);
  const row = isSessionToken(token) ? await findSession(db, hmac) : await findKey(db, hmac);
  if (row === undefined || row.gone) throw unauthenticated('The token is not valid: unknown, expired or revoked.');
  if (row.stale) await noteUse(db, hmac);
  return {
    id: row.principal_id,
    kind: row.kind,
    name: row.name,
    roles: row.roles,
    scopes: row.scopes,
    teams: row.teams,
    onBehalfOf: row.owner_id,
    authMethod: isSessionToken(token) ? 'session' : 'access-key',
    ...(row.key_id !== null && { keyId: row.key_id }),
  };
}

async function findKey(db: Database, hmac: Buffer): Promise<SignedInRow | undefined> {
  const [row] = await db.query<SignedInRow>(
    `select ${SOMEBODY}, k.scopes, k.id as key_id,
       (k.revoked_at is not null or coalesce(k.expires_at <= clock_timestamp(), false) or not (${MAY_ACT})) as gone,
       coalesce(k.last_used_at < clock_timestamp() - interval '1 minute', true) as stale
     from kernel.access_key k join kernel.principal p on p.id = k.principal_id where k.hmac = $1`,
    [hmac],
    'identity_authenticate',
  );
  return row;
}

async function findSession(db: Database, hmac: Buffer): Promise<SignedInRow | undefined> {
  const [row] = await db.query<SignedInRow>(
    `select ${SOMEBODY}, array['graph'] as scopes, null as key_id, false as stale,
       (s.revoked_at is not null or s.expires_at <= clock_timestamp() or not (${MAY_ACT})) as gone
     from kernel.session s join kernel.principal p on p.id = s.principal_id where s.hmac = $1`,
    [hmac],
    'identity_authenticate_session',
  );
  return row;
}

/**
 * Notes that a key was used, at most once a minute. Nobody waits for whoever is changing the key, and a store that takes no
 * writes keeps nobody out.
 */
async function noteUse(db: Database, hmac: Buffer): Promise<void> {
  const noted = db.query(
    `update kernel.access_key set last_used_at = clock_timestamp() where id = (select id from kernel.access_key
       where hmac = $1 and coalesce(last_used_at < clock_timestamp() - interval '1 minute', true) for update skip locked)`,
    [hmac],
    'identity_note_use',
  );
  await noted.catch(() => undefined);
}

/** The token of an `Authorization: Bearer …` header. @throws Fault UNAUTHENTICATED */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw unauthenticated('Send the header `Authorization: Bearer <token>`.');
  return token;
}

export const unauthenticated = (text: string, cause?: unknown): Fault =>
  new Fault('UNAUTHENTICATED', cause === undefined ? { public: text } : { public: text, cause });
