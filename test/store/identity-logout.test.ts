import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { PublicRoute } from '../../kernel/http/route.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Claims } from '../../kernel/identity/oidc/claims.ts';
import type { IdentityProvider, Logout } from '../../kernel/identity/oidc/identityProvider.ts';
import type { OidcConfig } from '../../kernel/identity/oidc/oidcConfig.ts';
import { startSession } from '../../subgraphs/governance/service/signIn/sessions.ts';
import { findingsOf } from '../support/reconciling.ts';
import { describeOnOneEngine } from './engines.ts';
import { govern, type Governing } from './governing.ts';

const ISSUER = 'https://login.example';
const SETTINGS: OidcConfig = {
  issuer: ISSUER,
  clientId: 'cadastre',
  clientSecret: undefined,
  deviceClientId: 'cadastre',
  redirectUrl: 'https://catalog.example/auth/callback',
  scopes: 'openid',
  groupsClaim: 'groups',
  roleOfGroup: new Map(),
  newcomerRole: 'analyst',
};

const unused = () => Promise.reject(new Error('not used here'));

/** Takes any JSON for what a logout token says: whether tokens are genuine is tested elsewhere. */
const provider: IdentityProvider = {
  settings: SETTINGS,
  claimsOf: unused,
  newFlow: () => ({ state: '', nonce: '', verifier: '' }),
  authorizationUrl: unused,
  redeem: unused,
  logoutOf: async (token) => {
    const said = JSON.parse(token) as Partial<Logout> & { readonly fault?: 'UNAUTHENTICATED' | 'SOURCE_UNAVAILABLE' };
    if (said.fault !== undefined) throw new Fault(said.fault, { public: 'no' });
    return { issuer: ISSUER, subject: null, session: null, tokenId: randomUUID(), usableUntilMs: Date.now() + 60_000, ...said };
  },
};

describeOnOneEngine('logouts that the provider tells of', (open) => {
  let governing: Governing;
  beforeAll(async () => {
    governing = await govern(await open(), { provider });
  });

  const startAt = async (subject: string, session: string | null, issuer = ISSUER): Promise<string> => {
    const claims: Claims = { issuer, subject, name: subject, email: null, groups: null, issuedAtMs: Date.now(), session };
    return (await startSession(governing.kernel, { ...SETTINGS, issuer }, claims)).token;
  };
  const isIn = (token: string): Promise<boolean> =>
    governing.signIn(token).then(
      () => true,
      () => false,
    );
  const send = async (body: unknown) => {
    const route = governing.subgraph.routes?.find(
      (each): each is PublicRoute => 'isPublic' in each && each.path === '/auth/backchannel-logout',
    );
    const signal = AbortSignal.timeout(60_000);
    return route?.handle({ body, params: {}, query: new URLSearchParams(), headers: {}, signal });
  };
  const logout = (said: object) => send(new URLSearchParams({ logout_token: JSON.stringify(said) }));

  test('a session of the provider ends what came of it, and nothing else', async () => {
    const [first, same, second] = [await startAt('ada', 's1'), await startAt('ada', 's1'), await startAt('ada', 's2')];
    const stranger = await startAt('ada', 's1', 'https://other.example');
    expect(await logout({ session: 's1' })).toEqual({ status: 200, body: {} });
    expect(await Promise.all([first, same, second, stranger].map(isIn))).toEqual([false, false, true, true]);
    // Of somebody else, even when a provider calls two sessions the same.
    expect(await logout({ subject: 'eve', session: 's2' })).toMatchObject({ status: 200 });
    expect(await isIn(second)).toBe(true);
    expect(await logout({ subject: 'ada', session: 's2' })).toMatchObject({ status: 200 });
    expect(await isIn(second)).toBe(false);
  });

  test('a subject ends all of theirs, also those without a name, and nobody else’s', async () => {
    const tokens = [await startAt('bob', 'b1'), await startAt('bob', null)];
    const [eve, other] = [await startAt('eve', 'e1'), await startAt('bob', 'b1', 'https://other.example')];
    await logout({ subject: 'bob' });
    expect(await Promise.all([...tokens, eve, other].map(isIn))).toEqual([false, false, true, true]);
    expect(await isIn(await startAt('bob', 'b2'))).toBe(true);
  });

  test('each session that ends is an event of Cadastre itself', async () => {
    const token = await startAt('carol', 'c1');
    const { id } = await governing.signIn(token);
    await logout({ session: 'c1' });
    const events = await governing.db.query<{ body: string }>(
      `select body from kernel.audit_event where aggregate_id = $1 order by seq desc limit 1`,
      [id],
    );
    expect(JSON.parse(events[0]?.body ?? '')).toMatchObject({
      action: 'governance.session.ended.v1',
      actor: { id: 'svc_cadastre' },
      request: { operation: 'backchannelLogout' },
    });
    expect(await findingsOf(governing.db)).toEqual([]);
  });

  test('a token counts once, and is forgotten when it counts no more', async () => {
    await logout({ session: 'x', tokenId: 'once' });
    const token = await startAt('dora', 'x');
    await expect(logout({ session: 'x', tokenId: 'once' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await isIn(token)).toBe(true);
    await logout({ tokenId: 'old', session: 'y', usableUntilMs: Date.now() - 1 });
    await logout({ tokenId: 'next', session: 'y' });
    const rows = await governing.db.query<{ jti: string }>(
      `select jti from kernel.logout_token where jti in ('once', 'old', 'next')`,
    );
    expect(rows.map(({ jti }) => jti).toSorted()).toEqual(['next', 'once']);
  });

  test('who is out already is no error', async () => {
    expect(await logout({ subject: 'nobody' })).toEqual({ status: 200, body: {} });
  });

  test('what is no logout is refused as bad input; that the provider is away is not', async () => {
    for (const body of [
      undefined,
      { logout_token: 'x' },
      new URLSearchParams(),
      new URLSearchParams({ logout_token: '' }),
      new URLSearchParams([
        ['logout_token', '{}'],
        ['logout_token', '{}'],
      ]),
    ])
      await expect(send(body)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(logout({ fault: 'UNAUTHENTICATED' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(logout({ fault: 'SOURCE_UNAVAILABLE' })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
});
