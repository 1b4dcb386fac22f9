import * as oidc from 'openid-client';
import { Fault } from '../kernel/fault.ts';
import { discover } from '../kernel/identity/oidc/discover.ts';
import { escaped } from './terminal/escape.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a server says of its identity provider. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: string;
}

/** RFC 8628: the person signs in with a browser, wherever that is, while this program waits. */
export async function deviceLogin(
  { issuer, clientId, scopes }: ProviderSettings,
  terminal: Terminal,
): Promise<oidc.TokenEndpointResponse> {
  const provider = await discover({ issuer, clientId, clientSecret: undefined });
  if (provider.serverMetadata().device_authorization_endpoint === undefined)
    throw new Fault('NOT_FOUND', {
      public: `${issuer} lets no programs sign in (it has no device grant). Use a key: CADASTRE_TOKEN.`,
    });
  const device = await oidc.initiateDeviceAuthorization(provider, { scope: scopes }).catch(unavailable);
  terminal.say(`Open ${escaped(device.verification_uri_complete ?? device.verification_uri)}`);
  terminal.say(`and confirm the code ${terminal.bold(escaped(device.user_code))}. Waiting …`);
  const signal = AbortSignal.timeout(device.expires_in * 1_000);
  return oidc.pollDeviceAuthorizationGrant(provider, device, undefined, { signal }).catch(refused);
}

function refused(cause: unknown): never {
  const why = cause instanceof oidc.ResponseBodyError ? cause.error : 'the code was not confirmed in time';
  throw new Fault('UNAUTHENTICATED', { public: `Nobody signed in (${escaped(why)}). Try again: cadastre login`, cause });
}

function unavailable(cause: unknown): never {
  const why = cause instanceof oidc.ResponseBodyError ? `it answered ${cause.error}` : 'no answer';
  throw new Fault('SOURCE_UNAVAILABLE', {
    public: `The identity provider did not begin the sign-in (${escaped(why)}). An operator may have to allow the device grant for this client.`,
    cause,
  });
}
