/** Roles until policies say more: an admin may everything, a steward curates, an analyst reads, a bot crawls and reads. */
export const ROLES = ['admin', 'steward', 'analyst', 'bot'] as const;
export type Role = (typeof ROLES)[number];

/** `graph` may use GraphQL; `ingest` may only push metadata, `scim` only keep people and groups in step with a provider. */
export const SCOPES = ['graph', 'ingest', 'scim'] as const;
export type Scope = (typeof SCOPES)[number];

/** Cadastre itself. */
export const INTERNAL_ID = 'svc_cadastre';

export type PrincipalKind = 'user' | 'team' | 'service';

/** Somebody who has proved who they are. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  /** Ids of all teams that they are in, directly or through other teams, sorted. */
  readonly teams: readonly string[];
  /** The human who answers for a service; null for humans. */
  readonly onBehalfOf: string | null;
  /** `oidc`: a token of the identity provider; `session`: one of ours that such a token was exchanged for. */
  readonly authMethod: 'access-key' | 'oidc' | 'session' | 'internal';
  /** The key that the request came with, where it came with one. */
  readonly keyId?: string;
}
