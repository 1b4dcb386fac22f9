import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../support/browser.ts';
import { post } from './running.ts';
import { ask, ME, signedIn, type SigningIn, startSigningIn } from './signingIn.ts';

let server: SigningIn;
beforeAll(async () => {
  server = await startSigningIn(afterAll);
});
afterAll(() => server.stop());

const send = (body: string | URLSearchParams, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.cadastre.url}/auth/backchannel-logout`, { method: 'POST', body, headers });
const statusOf = async (browser: Browser): Promise<number> => (await ask(server, browser, ME)).status;

test('who signs out at the provider is out here, in that browser alone', async () => {
  const [desk, phone] = [await signedIn(server, 'ada'), await signedIn(server, 'ada')];
  expect([await statusOf(desk), await statusOf(phone)]).toEqual([200, 200]);
  await server.provider.signOut(desk);
  expect(server.provider.logoutTokens).toHaveLength(1);
  expect([await statusOf(desk), await statusOf(phone)]).toEqual([401, 200]);
  const { body } = await post(
    server.cadastre.url,
    server.cadastre.admin.token,
    '{ auditTrail(first: 5, filter: { action: "governance.session.ended.v1" }) { edges { node { operation actor { id } } } } }',
  );
  expect(body.data.auditTrail.edges).toEqual([{ node: { operation: 'backchannelLogout', actor: { id: 'svc_cadastre' } } }]);
});

test('a logout token of the provider counts once', async () => {
  const again = await send(new URLSearchParams({ logout_token: server.provider.logoutTokens[0] ?? '' }));
  expect([again.status, again.headers.get('cache-control'), await again.json()]).toEqual([
    400,
    'no-store',
    { error: 'invalid_request', error_description: expect.stringContaining('used before') },
  ]);
});

test('nobody else ends a session, whatever they send', async () => {
  const grace = await signedIn(server, 'grace');
  const { id_token: token } = await server.provider.tokenOf(new Browser(), 'grace');
  const [header, claims] = (server.provider.logoutTokens[0] ?? '').split('.');
  const forged = `${header}.${claims}.${'A'.repeat(342)}`;
  for (const sent of [token, forged, 'nonsense', '']) {
    const reply = await send(new URLSearchParams({ logout_token: sent }));
    expect([reply.status, await reply.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: expect.any(String) },
    ]);
  }
  const json = await send(JSON.stringify({ logout_token: token }), { 'content-type': 'application/json' });
  expect([json.status, await json.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  expect((await send('x'.repeat(20_000), { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(413);
  expect(await statusOf(grace)).toBe(200);
});

test('nothing else takes forms, because any page can send one', async () => {
  const form = new URLSearchParams({ query: '{ me { authMethod } }' });
  expect((await fetch(`${server.cadastre.url}/graphql`, { method: 'POST', body: form })).status).toBeGreaterThanOrEqual(400);
  expect((await fetch(`${server.cadastre.url}/auth/session`, { method: 'POST', body: form })).status).toBeGreaterThanOrEqual(400);
});
