import type { Claims } from './claims.ts';
import type { OidcConfig } from './oidcConfig.ts';

/** What a sign-in that was begun must remember until the provider sends the browser back. */
export interface LoginFlow {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: only who began can end. */
  readonly verifier: string;
}

/** That somebody is out at the provider: all their sessions there, or one of them. */
export interface Logout {
  readonly issuer: string;
  /** Null where only the session is named. */
  readonly subject: string | null;
  /** Null for all sessions of the subject. */
  readonly session: string | null;
  /** Of the token that says so, which counts once. */
  readonly tokenId: string;
  /** After that moment the token counts no more. */
  readonly usableUntilMs: number;
}

/** Whoever vouches for people. All of it throws Fault UNAUTHENTICATED, or SOURCE_UNAVAILABLE when the provider is not there. */
export interface IdentityProvider {
  readonly settings: OidcConfig;
  /**
   * What a token of the provider says of somebody.
   * @param accessToken for asking the provider for what the token leaves out; null to go by the token alone
   */
  claimsOf(token: string, accessToken: string | null): Promise<Claims>;
  /** What a logout token of the provider says. */
  logoutOf(token: string): Promise<Logout>;
  newFlow(): LoginFlow;
  /** Where to send a browser. */
  authorizationUrl(flow: LoginFlow): Promise<string>;
  /** Who was sent back with this answer. */
  redeem(answer: URLSearchParams, flow: LoginFlow): Promise<Claims>;
}
