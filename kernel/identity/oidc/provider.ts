import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { Fault } from '../../fault.ts';
import { unauthenticated } from '../authenticate.ts';
import { type Claims, type RawClaims, readClaims } from './claims.ts';
import { discover } from './discover.ts';
import type { IdentityProvider, LoginFlow, Logout } from './identityProvider.ts';
import type { OidcConfig } from './oidcConfig.ts';
import { verifyLogoutToken } from './verifyLogoutToken.ts';
import { providerUnavailable, verifyToken } from './verifyToken.ts';

/** How long what the provider says of itself is believed. */
const METADATA_MS = 3_600_000;

export interface ProviderOptions {
  /** How long keys are kept, and how long after a look for new ones the next look is. */
  readonly keysMs?: number;
  readonly cooldownMs?: number;
}

interface Known {
  readonly client: oidc.Configuration;
  readonly keys: JWTVerifyGetKey;
  readonly sinceMs: number;
}

/** The configured identity provider. It is asked when it is first needed, so that a server starts without it. */
export const createProvider = (settings: OidcConfig, options: ProviderOptions = {}): IdentityProvider =>
  new OidcProvider(settings, options);

class OidcProvider implements IdentityProvider {
  readonly settings: OidcConfig;
  readonly #keysMs: number;
  readonly #cooldownMs: number;
  #known: Promise<Known> | undefined;

  constructor(settings: OidcConfig, { keysMs = 600_000, cooldownMs = 10_000 }: ProviderOptions) {
    this.settings = settings;
    this.#keysMs = keysMs;
    this.#cooldownMs = cooldownMs;
  }

  async claimsOf(token: string, accessToken: string | null): Promise<Claims> {
    const { issuer, clientId, deviceClientId } = this.settings;
    const { client, keys } = await this.#provider();
    const verified = await verifyToken(token, { issuer, audiences: [clientId, deviceClientId], keys });
    return readClaims(verified, accessToken === null ? {} : await userInfo(client, accessToken, verified.sub), this.settings);
  }

  async logoutOf(token: string): Promise<Logout> {
    const { issuer, clientId, deviceClientId } = this.settings;
    const { keys } = await this.#provider();
    return verifyLogoutToken(token, { issuer, audiences: [clientId, deviceClientId], keys });
  }

  newFlow(): LoginFlow {
    return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  }

  async authorizationUrl({ state, nonce, verifier }: LoginFlow): Promise<string> {
    const { client } = await this.#provider();
    return oidc.buildAuthorizationUrl(client, {
      redirect_uri: this.settings.redirectUrl,
      scope: this.settings.scopes,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  async redeem(answer: URLSearchParams, { state, nonce, verifier }: LoginFlow): Promise<Claims> {
    const { client } = await this.#provider();
    const address = new URL(this.settings.redirectUrl);
    address.search = answer.toString();
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(client, address, checks).catch(explain);
    return this.claimsOf(tokens.id_token ?? '', tokens.access_token);
  }

  async #provider(): Promise<Known> {
    const before = await this.#known?.catch(() => undefined);
    if (before !== undefined && Date.now() - before.sinceMs < METADATA_MS) return before;
    // What was known stays good while nothing newer can be had.
    this.#known = this.#ask(before).catch((error: unknown) => {
      if (before !== undefined) return { ...before, sinceMs: Date.now() };
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  async #ask(before: Known | undefined): Promise<Known> {
    const client = await discover(this.settings);
    const { jwks_uri: address = '' } = client.serverMetadata();
    const isSame = before?.client.serverMetadata().jwks_uri === address;
    const options = { cacheMaxAge: this.#keysMs, cooldownDuration: this.#cooldownMs };
    return { client, keys: isSame ? before.keys : createRemoteJWKSet(keysUrl(address), options), sinceMs: Date.now() };
  }
}

/** What the provider says of a subject beside the token. @throws Fault UNAUTHENTICATED when it is another subject's */
async function userInfo(client: oidc.Configuration, accessToken: string, subject: string): Promise<RawClaims> {
  if (client.serverMetadata().userinfo_endpoint === undefined) return {};
  return oidc.fetchUserInfo(client, accessToken, subject).catch(explain);
}

function keysUrl(address: string): URL {
  if (URL.canParse(address)) return new URL(address);
  throw providerUnavailable(new Error('the provider names no jwks_uri'));
}

const WRONG_ANSWERS: readonly (string | undefined)[] = [
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
];

/** Whether the provider said no, was answered wrongly, or did not answer. */
function explain(error: unknown): never {
  const again = 'Begin again at /auth/login.';
  if (error instanceof oidc.AuthorizationResponseError)
    throw unauthenticated(`The identity provider let nobody in (${codeText(error.error)}). ${again}`, error);
  if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_client') throw unknownClient(error);
  if (error instanceof oidc.ResponseBodyError && error.status < 500)
    throw unauthenticated(`The identity provider did not take the sign-in (${codeText(error.error)}). ${again}`, error);
  if (error instanceof oidc.WWWAuthenticateChallengeError)
    throw unauthenticated(`The identity provider does not take its own token. ${again}`, error);
  if (error instanceof oidc.ClientError && WRONG_ANSWERS.includes(error.code))
    throw unauthenticated(`The answer does not belong to a sign-in that was begun here. ${again}`, error);
  throw providerUnavailable(error);
}

const unknownClient = (cause: unknown): Fault =>
  new Fault('SOURCE_UNAVAILABLE', {
    public:
      'The identity provider does not take CADASTRE_OIDC_CLIENT_ID and CADASTRE_OIDC_CLIENT_SECRET. An operator must correct them.',
    internal: 'invalid_client',
    cause,
  });

/** It comes from outside, in an address that anybody can write. */
const codeText = (code: string): string => (/^[\w.-]{1,60}$/.test(code) ? code : 'no reason');
