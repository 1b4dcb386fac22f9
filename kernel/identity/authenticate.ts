import type { Database } from '../db/database.ts';
import { Fault } from '../fault.ts';
import type { Principal, PrincipalKind, Role, Scope } from './principal.ts';
import { isMistyped, tokenHmac } from './token.ts';

interface KeyRow {
  readonly principal_id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  readonly owner_id: string | null;
  readonly gone: boolean;
}

/**
 * Who sends this token? Asked anew for each request, so that a revoked key stops at once.
 * @throws Fault UNAUTHENTICATED when nobody does, any more or ever; it never says which
 */
export async function authenticate(db: Database, pepper: Buffer, token: string): Promise<Principal> {
  if (token.length > 512) throw unauthenticated('The token is longer than any token.');
  if (isMistyped(token)) throw unauthenticated('The token is cut off or mistyped: its checksum does not fit.');
  const [row] = await db.query<KeyRow>(
    `select p.id as principal_id, p.kind, p.name, p.roles, k.scopes, p.owner_id,
       (k.revoked_at is not null or coalesce(k.expires_at <= clock_timestamp(), false) or p.state <> 'active') as gone
     from kernel.access_key k join kernel.principal p on p.id = k.principal_id where k.hmac = $1`,
    [tokenHmac(pepper, token)],
    'identity_authenticate',
  );
  if (row === undefined || row.gone) throw unauthenticated('The token is not valid: unknown, expired or revoked.');
  return {
    id: row.principal_id,
    kind: row.kind,
    name: row.name,
    roles: row.roles,
    scopes: row.scopes,
    onBehalfOf: row.owner_id,
    authMethod: 'access-key',
  };
}

/** The token of an `Authorization: Bearer …` header. @throws Fault UNAUTHENTICATED */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw unauthenticated('Send the header `Authorization: Bearer <token>`.');
  return token;
}

const unauthenticated = (text: string) => new Fault('UNAUTHENTICATED', { public: text });
