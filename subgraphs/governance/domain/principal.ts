import type { Role, Scope } from '../../../kernel/identity/principal.ts';
import type { Instant } from '../../../kernel/time.ts';

/** A stub was named by a source, a file or a colleague and has not signed in yet; only the active may act. */
export type PrincipalState = 'active' | 'stub' | 'deactivated';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly state: PrincipalState;
  readonly roles: readonly Role[];
}

export interface User extends Named {
  readonly kind: 'user';
  readonly email: string | null;
}

export interface Team extends Named {
  readonly kind: 'team';
  /** The group at the identity provider whose members are members; null for none. */
  readonly group: string | null;
}

export interface ServiceAccount extends Named {
  readonly kind: 'service';
  /** The human who answers for it; null for those that the server made itself. */
  readonly ownerId: string | null;
}

export type Principal = User | Team | ServiceAccount;

/** Who says that somebody is in a team. The membership lasts while one of them does. */
export type MembershipOrigin = 'human' | 'oidc' | 'scim';

/** Somebody as a member of one team. */
export interface Member {
  readonly principal: Principal;
  readonly origins: readonly MembershipOrigin[];
  readonly since: Instant;
}

/** A bearer token without its secret. */
export interface AccessKey {
  readonly id: string;
  readonly principalId: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly recordedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** To the minute; null when it never was. */
  readonly lastUsedAt: Instant | null;
}

/** The caller, by what they proved. */
export interface Me {
  readonly principalId: string;
  readonly roles: readonly Role[];
  readonly authMethod: string;
  /** Null where they proved it without one. */
  readonly keyId: string | null;
}
