import type { Role } from '../principal.ts';

/** Who vouches for people, and what it counts for. */
export interface OidcConfig {
  /** Exactly as the provider writes it into its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  /** Only where the provider knows us as a confidential client. */
  readonly clientSecret: string | undefined;
  /** The public client with which the command line signs in. */
  readonly deviceClientId: string;
  /** Where the provider sends people back to. */
  readonly redirectUrl: string;
  readonly scopes: string;
  /** Name of the claim, or a path with dots. */
  readonly groupsClaim: string;
  readonly roleOfGroup: ReadonlyMap<string, Role>;
  /** What somebody is given who was never seen before; null for nothing. */
  readonly newcomerRole: Role | null;
}

/** What may be spoken to without TLS, because nobody is in between. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}
