/** Roles until policies say more: an admin may everything, a steward curates, an analyst reads, a bot crawls and reads. */
export const ROLES = ['admin', 'steward', 'analyst', 'bot'] as const;
export type Role = (typeof ROLES)[number];

/** `graph` may use GraphQL; `ingest` may only push metadata. */
export const SCOPES = ['graph', 'ingest'] as const;
export type Scope = (typeof SCOPES)[number];

export type PrincipalKind = 'user' | 'team' | 'service';

/** Somebody who has proved who they are. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  /** The human who answers for a service; null for humans. */
  readonly onBehalfOf: string | null;
  readonly authMethod: 'access-key' | 'internal';
}
