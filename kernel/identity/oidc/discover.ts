import * as oidc from 'openid-client';
import { Fault } from '../../fault.ts';
import { isLoopback, type OidcConfig } from './oidcConfig.ts';
import { providerUnavailable } from './verifyToken.ts';

const TIMEOUT_SECONDS = 5;

/** Asks a provider where its endpoints are. @throws Fault SOURCE_UNAVAILABLE or CONFIGURATION */
export async function discover({
  issuer,
  clientId,
  clientSecret,
}: Pick<OidcConfig, 'issuer' | 'clientId' | 'clientSecret'>): Promise<oidc.Configuration> {
  const address = new URL(issuer);
  const insecure = isLoopback(address) ? [oidc.allowInsecureRequests] : [];
  const found = await oidc
    .discovery(address, clientId, undefined, oidc.None(), { execute: insecure, timeout: TIMEOUT_SECONDS })
    .catch((cause: unknown) => {
      throw providerUnavailable(cause);
    });
  const metadata = found.serverMetadata();
  if (metadata.issuer !== issuer)
    throw new Fault('CONFIGURATION', {
      public: `CADASTRE_OIDC_ISSUER must be written as the provider writes it: ${metadata.issuer}`,
    });
  if (clientSecret === undefined) return found;
  const client = new oidc.Configuration(metadata, clientId, undefined, secretAuth(clientSecret, metadata));
  client.timeout = TIMEOUT_SECONDS;
  for (const allow of insecure) allow(client);
  return client;
}

/** By RFC 6749 the header is the usual way; some providers know only the other one. */
const secretAuth = (secret: string, { token_endpoint_auth_methods_supported: methods }: oidc.ServerMetadata): oidc.ClientAuth =>
  methods?.includes('client_secret_post') === true && !methods.includes('client_secret_basic')
    ? oidc.ClientSecretPost(secret)
    : oidc.ClientSecretBasic(secret);
