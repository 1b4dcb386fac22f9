import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { requestToken } from '../../kernel/http/requestToken.ts';
import type { PublicRoute, RawReply } from '../../kernel/http/route.ts';
import type { Claims } from '../../kernel/identity/oidc/claims.ts';
import type { IdentityProvider } from '../../kernel/identity/oidc/identityProvider.ts';
import { authenticate } from '../../kernel/identity/authenticate.ts';
import { describeOnEngines } from './engines.ts';
import { govern, type Governing } from './governing.ts';

const ISSUER = 'https://login.example';
const ADA: Claims = { issuer: ISSUER, subject: 'ada', name: 'Ada', email: null, groups: null, issuedAtMs: 0, session: null };

/** A provider that lets Ada in. */
const providerAt = (redirectUrl: string): IdentityProvider => ({
  settings: {
    issuer: ISSUER,
    clientId: 'cadastre',
    clientSecret: undefined,
    deviceClientId: 'cadastre',
    redirectUrl,
    scopes: 'openid',
    groupsClaim: 'groups',
    roleOfGroup: new Map(),
    newcomerRole: 'analyst',
  },
  claimsOf: () => Promise.reject(new Error('not used here')),
  logoutOf: () => Promise.reject(new Error('not used here')),
  newFlow: () => ({ state: 's', nonce: 'n', verifier: 'v' }),
  authorizationUrl: () => Promise.resolve(`${ISSUER}/auth`),
  redeem: () => Promise.resolve(ADA),
});

describeOnEngines('cookies of sign-ins', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });

  const call = async (
    { subgraph }: Governing,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawReply> => {
    const route = subgraph.routes?.find((each): each is PublicRoute => 'isPublic' in each && each.path === path);
    const signal = AbortSignal.timeout(60_000);
    const reply = await route?.handle({ body: undefined, params: {}, query: new URLSearchParams(), headers, signal });
    if (reply === undefined || !('raw' in reply)) throw new Error(`${path} does not answer so`);
    return reply;
  };
  const cookiesOf = ({ headers }: RawReply): readonly string[] => [headers?.['set-cookie'] ?? []].flat();
  const pair = (cookie: string | undefined): string => cookie?.split(';')[0] ?? '';

  /** Signs Ada in and answers the cookies on the way and at the end. */
  const signIn = async (governing: Governing) => {
    const [flow] = cookiesOf(await call(governing, '/auth/login'));
    const [session, flowEnd] = cookiesOf(await call(governing, '/auth/callback', { cookie: pair(flow) }));
    return { flow, session, flowEnd };
  };

  test('behind https they carry the prefix that only this host can set, and never travel in clear', async () => {
    const governing = await govern(db, { provider: providerAt('https://catalog.example/auth/callback') });
    const { flow, session, flowEnd } = await signIn(governing);
    expect(flow).toMatch(/^__Host-cadastre_login=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    expect(session).toMatch(/^__Host-cadastre=cad_session_\w+; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/);
    expect(flowEnd).toBe('__Host-cadastre_login=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
    const token = requestToken('GET', { cookie: pair(session), host: 'catalog.example' });
    expect(await authenticate(db, governing.kernel.pepper, token)).toMatchObject({ name: 'Ada', authMethod: 'session' });
  });

  test('on this machine without TLS their names are plain, because browsers would not take the others', async () => {
    const governing = await govern(db, { provider: providerAt('http://127.0.0.1:4000/auth/callback') });
    const { flow, session, flowEnd } = await signIn(governing);
    expect(flow).toMatch(/^cadastre_login=[\w.-]+; Path=\/auth; Max-Age=600; HttpOnly; SameSite=Lax$/);
    expect(session).toMatch(/^cadastre_session=cad_session_\w+; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/);
    expect(flowEnd).toBe('cadastre_login=; Path=/auth; Max-Age=0; HttpOnly; SameSite=Lax');
    const token = requestToken('GET', { cookie: pair(session), host: '127.0.0.1:4000' });
    expect(await authenticate(db, governing.kernel.pepper, token)).toMatchObject({ name: 'Ada' });
  });

  test('a sign-in that a neighbour of the domain began for this browser is not ended', async () => {
    const governing = await govern(db, { provider: providerAt('https://catalog.example/auth/callback') });
    const [flow = ''] = cookiesOf(await call(governing, '/auth/login'));
    const planted = pair(flow).replace('__Host-', '');
    await expect(call(governing, '/auth/callback', { cookie: planted })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('who signs out loses the cookie of either name', async () => {
    const governing = await govern(db, { provider: providerAt('https://catalog.example/auth/callback') });
    const { session } = await signIn(governing);
    const left = await call(governing, '/auth/logout', { cookie: pair(session), 'content-type': 'application/json' });
    expect(cookiesOf(left).map(pair)).toEqual(['__Host-cadastre=', 'cadastre_session=']);
  });
});
