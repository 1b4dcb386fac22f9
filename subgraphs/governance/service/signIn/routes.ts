import { z } from 'zod';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { requestToken, sessionCookieName } from '../../../../kernel/http/requestToken.ts';
import type { PublicRoute, RawReply, RouteCall, RouteReply } from '../../../../kernel/http/route.ts';
import { bearerToken } from '../../../../kernel/identity/authenticate.ts';
import type { IdentityProvider } from '../../../../kernel/identity/oidc/identityProvider.ts';
import { isJwt, isSessionToken } from '../../../../kernel/identity/token.ts';
import { SESSION_MS } from '../../domain/session.ts';
import { backchannelLogout, oauthFault } from './backchannelLogout.ts';
import { flowCookie, noFlow, readFlow } from './flowCookie.ts';
import { startSession, stopSession } from './sessions.ts';

/** Sign-in through the identity provider: for browsers with a cookie, for the command line with a token. */
export const signInRoutes = (kernel: Kernel): readonly PublicRoute[] => [
  open('GET', '/auth/config', async () => config(kernel)),
  open('GET', '/auth/login', () => begin(kernel, known(kernel))),
  open('GET', '/auth/callback', (call) => end(kernel, known(kernel), call)),
  open('POST', '/auth/session', (call) => exchange(kernel, known(kernel), call)),
  open('POST', '/auth/logout', (call) => leave(kernel, call)),
  {
    ...open('POST', '/auth/backchannel-logout', ({ body: form }) => backchannelLogout(kernel, known(kernel), form)),
    takesForm: true,
    faultReply: oauthFault,
  },
];

const open = (method: 'GET' | 'POST', path: string, handle: (call: RouteCall) => Promise<RouteReply>): PublicRoute => ({
  method,
  path,
  bodyBytesMax: 16_384,
  isPublic: true,
  handle,
});

function known({ provider }: Kernel): IdentityProvider {
  if (provider === undefined) throw notFound('An identity provider (an operator sets CADASTRE_OIDC_ISSUER)');
  return provider;
}

/** What the command line must know to ask the provider itself. */
function config({ provider }: Kernel): RouteReply {
  if (provider === undefined) return { status: 200, body: { oidc: null } };
  const { issuer, deviceClientId, scopes } = provider.settings;
  return { status: 200, body: { oidc: { issuer, clientId: deviceClientId, scopes } } };
}

const isSecure = ({ settings }: IdentityProvider): boolean => settings.redirectUrl.startsWith('https:');

async function begin({ sealingKey }: Kernel, provider: IdentityProvider): Promise<RawReply> {
  const flow = provider.newFlow();
  const address = await provider.authorizationUrl(flow);
  return redirect(address, [flowCookie(sealingKey, flow, isSecure(provider), Date.now())]);
}

async function end(kernel: Kernel, provider: IdentityProvider, { query, headers }: RouteCall): Promise<RawReply> {
  const flow = readFlow(kernel.sealingKey, headers['cookie'], isSecure(provider), Date.now());
  const claims = await provider.redeem(query, flow);
  const { token } = await startSession(kernel, provider.settings, claims);
  return redirect('/', [sessionCookie(token, SESSION_MS / 1_000, isSecure(provider)), noFlow(isSecure(provider))]);
}

const body = z.object({ accessToken: z.string().max(8_192).optional() }).optional();

async function exchange(kernel: Kernel, provider: IdentityProvider, call: RouteCall): Promise<RouteReply> {
  const token = bearerToken(call.headers['authorization']);
  if (!isJwt(token)) throw badInput('Send the ID token of the identity provider as `Authorization: Bearer <token>`.');
  const parsed = body.safeParse(call.body);
  if (!parsed.success) throw badInput('The body must be JSON such as {"accessToken":"…"}, or empty.');
  const claims = await provider.claimsOf(token, parsed.data?.accessToken ?? null);
  const started = await startSession(kernel, provider.settings, claims);
  return { status: 201, body: { token: started.token, expiresAt: started.session.expiresAt } };
}

async function leave(kernel: Kernel, { headers }: RouteCall): Promise<RouteReply> {
  const token = requestToken('POST', headers);
  if (!isSessionToken(token)) throw badInput('This token is no session. A key is revoked with revokeAccessKey.');
  const ended = await stopSession(kernel, token);
  return {
    status: 200,
    type: 'application/json; charset=utf-8',
    raw: JSON.stringify({ ended }),
    headers: { 'set-cookie': [sessionCookie('', 0, true), sessionCookie('', 0, false)] },
  };
}

const sessionCookie = (token: string, seconds: number, secure: boolean): string =>
  `${sessionCookieName(secure)}=${token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

const redirect = (address: string, cookies: readonly string[]): RawReply => ({
  status: 303,
  type: 'text/plain; charset=utf-8',
  raw: '',
  headers: { location: address, 'set-cookie': cookies },
});
