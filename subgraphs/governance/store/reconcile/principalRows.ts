import type { Queryable } from '../../../../kernel/db/database.ts';
import type { PrincipalKind, Role, Scope } from '../../../../kernel/identity/principal.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { PrincipalState } from '../../domain/principal.ts';

export interface PrincipalToCheck {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly email: string | null;
  readonly ownerId: string | null;
  /** Those that people gave and those that come with groups. */
  readonly roles: readonly Role[];
  readonly state: PrincipalState;
  readonly externalName: string | null;
}

export const principalsAfter = (db: Queryable, after: string, limit: number): Promise<readonly PrincipalToCheck[]> =>
  db.query<PrincipalToCheck>(
    `select id, kind, name, email, owner_id as "ownerId", roles || group_roles as roles, state, external_name as "externalName"
     from kernel.principal where id > $1 order by id limit $2`,
    [after, limit],
    'governance_reconcile_principals',
  );

export interface KeyToCheck {
  readonly id: string;
  readonly principalId: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly recordedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** When the holder was erased, which ends keys without an event of their own. */
  readonly erasedAt: Instant | null;
}

export const keysAfter = (db: Queryable, after: string, limit: number): Promise<readonly KeyToCheck[]> =>
  db.query<KeyToCheck>(
    `select k.id, k.principal_id as "principalId", k.label, k.scopes, k.recorded_at as "recordedAt", k.expires_at as "expiresAt",
       k.revoked_at as "revokedAt", (select max(e.recorded_at) from kernel.audit_event e
         where e.subject_id = k.principal_id and e.action = 'governance.person.erased.v1') as "erasedAt"
     from kernel.access_key k where k.id > $1 order by k.id limit $2`,
    [after, limit],
    'governance_reconcile_keys',
  );

export interface SessionToCheck {
  readonly id: string;
  readonly principalId: string;
  readonly isRevoked: boolean;
}

export const sessionsAfter = (db: Queryable, after: string, limit: number): Promise<readonly SessionToCheck[]> =>
  db.query<SessionToCheck>(
    `select id, principal_id as "principalId", revoked_at is not null as "isRevoked" from kernel.session
     where id > $1 order by id limit $2`,
    [after, limit],
    'governance_reconcile_sessions',
  );

export interface IdentitiesToCheck {
  readonly id: string;
  readonly identities: readonly { readonly issuer: string; readonly subject: string }[];
}

/** Principals that an identity provider knows, with its names for them. */
export const identitiesAfter = (db: Queryable, after: string, limit: number): Promise<readonly IdentitiesToCheck[]> =>
  db.query<IdentitiesToCheck>(
    `select principal_id as id, json_agg(json_build_object('issuer', issuer, 'subject', subject)) as identities
     from kernel.external_identity where principal_id > $1 group by principal_id order by principal_id limit $2`,
    [after, limit],
    'governance_reconcile_identities',
  );
