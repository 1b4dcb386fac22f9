import type { Claims } from './claims.ts';
import type { OidcConfig } from './oidcConfig.ts';

/** What a sign-in that was begun must remember until the provider sends the browser back. */
export interface LoginFlow {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: only who began can end. */
  readonly verifier: string;
}

/** Whoever vouches for people. All of it throws Fault UNAUTHENTICATED, or SOURCE_UNAVAILABLE when the provider is not there. */
export interface IdentityProvider {
  readonly settings: OidcConfig;
  /**
   * What a token of the provider says of somebody.
   * @param accessToken for asking the provider for what the token leaves out; null to go by the token alone
   */
  claimsOf(token: string, accessToken: string | null): Promise<Claims>;
  newFlow(): LoginFlow;
  /** Where to send a browser. */
  authorizationUrl(flow: LoginFlow): Promise<string>;
  /** Who was sent back with this answer. */
  redeem(answer: URLSearchParams, flow: LoginFlow): Promise<Claims>;
}
