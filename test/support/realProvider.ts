import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Browser } from './browser.ts';

/** Somebody as the provider knows them. */
export interface Account {
  readonly name: string;
  readonly email?: string;
  readonly isVerified?: boolean;
  readonly groups?: readonly string[];
}

export interface RealProvider {
  readonly issuer: string;
  readonly accounts: Map<string, Account>;
  /** Those that it sent, the latest last. */
  readonly logoutTokens: string[];
  /** Signs with a new key from now on; the old one is not shown any more. */
  rotate(): Promise<void>;
  /** Lets somebody in on the page where the browser is, and agrees to what is asked. */
  signIn(browser: Browser, login: string, until?: string): Promise<void>;
  /** Signs out at the provider, which tells whoever it let them in to. */
  signOut(browser: Browser): Promise<void>;
  /** A token of somebody for a program, by the device grant. */
  tokenOf(browser: Browser, login: string): Promise<{ readonly id_token: string; readonly access_token: string }>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const CLIENT = { id: 'cadastre', secret: 'the-secret-of-the-client', deviceId: 'cadastre-cli' };
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPES = 'openid email profile groups';

/** A certified provider in this process, with pages for signing in that take any password. */
export async function startProvider(redirectUrl: string): Promise<RealProvider> {
  const accounts = new Map<string, Account>();
  const logoutTokens: string[] = [];
  let handle: RequestListener = (_, response) => response.writeHead(503).end();
  let server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  let generation = 0;
  const rotate = async (): Promise<void> => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: `key-${++generation}`, alg: 'RS256', use: 'sig' };
    handle = new Provider(issuer, configuration(redirectUrl, accounts, key, logoutTokens)).callback();
  };
  await rotate();
  const provider: RealProvider = {
    issuer,
    accounts,
    logoutTokens,
    rotate,
    async signIn(browser, login, until) {
      for (let page = 0; page < 3 && browser.page.includes('/interaction/'); page++)
        await browser.submit(browser.page.includes('name="login"') ? { login, password: 'x' } : {}, until);
    },
    async signOut(browser) {
      await browser.go(`${issuer}/session/end`);
      await browser.submit({ logout: 'yes' });
    },
    async tokenOf(browser, login) {
      const device = z
        .object({ device_code: z.string(), verification_uri_complete: z.string() })
        .parse(await post(`${issuer}/device/auth`, { client_id: CLIENT.deviceId, scope: SCOPES }));
      await confirmDevice(provider, browser, device.verification_uri_complete, login);
      const grant = { client_id: CLIENT.deviceId, grant_type: DEVICE_GRANT, device_code: device.device_code };
      return z.object({ id_token: z.string(), access_token: z.string() }).parse(await post(`${issuer}/token`, grant));
    },
    stop: () => new Promise((resolve) => (server.closeAllConnections(), void server.close(() => resolve()))),
    start: () => {
      server = createServer((request, response) => handle(request, response));
      return new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve));
    },
  };
  return provider;
}

/** What somebody does with the address and the code that a program shows. */
export async function confirmDevice(provider: RealProvider, browser: Browser, address: string, login: string): Promise<void> {
  await browser.go(address);
  // The code that stands in the address is sent by a script, then shown once more to be confirmed.
  while (browser.page.includes('name="xsrf"')) await browser.submit();
  await provider.signIn(browser, login);
}

async function post(url: string, body: Readonly<Record<string, string>>): Promise<unknown> {
  return (await fetch(url, { method: 'POST', body: new URLSearchParams(body) })).json();
}

const configuration = (
  redirectUrl: string,
  accounts: ReadonlyMap<string, Account>,
  key: object,
  logoutTokens: string[],
): object => ({
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [redirectUrl],
      backchannel_logout_uri: new URL('/auth/backchannel-logout', redirectUrl).href,
      backchannel_logout_session_required: true,
    },
    {
      client_id: CLIENT.deviceId,
      token_endpoint_auth_method: 'none',
      grant_types: [DEVICE_GRANT],
      redirect_uris: [],
      response_types: [],
      application_type: 'native',
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ['only for tests'] },
  scopes: SCOPES.split(' '),
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  // Its own way of calling others takes no address of this machine.
  fetch: (url: string, { method = 'GET', headers, body, signal }: RequestInit) => {
    if (body instanceof URLSearchParams) logoutTokens.push(body.get('logout_token') ?? '');
    return fetch(url, { method, headers: new Headers(headers), body: body ?? null, signal: signal ?? null });
  },
  ttl: { AccessToken: 600, IdToken: 600, AuthorizationCode: 60, DeviceCode: 600, Grant: 600, Interaction: 600, Session: 600 },
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: () => {
      const { name = id, email, isVerified = false, groups } = accounts.get(id) ?? {};
      return { sub: id, name, ...(email !== undefined && { email, email_verified: isVerified }), ...(groups && { groups }) };
    },
  }),
});
