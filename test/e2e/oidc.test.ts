import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { Browser } from '../support/browser.ts';
import { CLIENT, type RealProvider } from '../support/realProvider.ts';
import { post } from './running.ts';
import { ask, askAsAdmin, ME, signedIn, type SigningIn, startSigningIn } from './signingIn.ts';

let server: SigningIn;
let cadastre: Cadastre;
let provider: RealProvider;
beforeAll(async () => {
  server = await startSigningIn(afterAll);
  ({ cadastre, provider } = server);
});
afterAll(() => server.stop());

test('the server tells programs whom to ask, and nothing secret', async () => {
  const text = await (await fetch(`${cadastre.url}/auth/config`)).text();
  expect(JSON.parse(text)).toEqual({
    oidc: { issuer: provider.issuer, clientId: CLIENT.deviceId, scopes: 'openid email profile groups' },
  });
  expect(text).not.toContain(CLIENT.secret);
});

test('people sign in with a browser and are who the provider says, with the roles and teams of their groups', async () => {
  const { body } = await askAsAdmin(
    server,
    'mutation { createTeam(input: { idempotencyKey: "research", name: "Research", group: "research" }) { ... on TeamCreated { team { id } } } }',
  );
  expect(body.data.createTeam.team.id).toMatch(/^tea_/);
  const [ada, grace] = [await signedIn(server, 'ada'), await signedIn(server, 'grace')];
  expect((await ask(server, ada, ME)).body.data.me).toEqual({
    authMethod: 'session',
    roles: ['admin', 'analyst'],
    principal: {
      id: expect.stringMatching(/^usr_/),
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      teams: [{ name: 'Research' }],
    },
  });
  expect((await ask(server, grace, ME)).body.data.me).toMatchObject({
    roles: ['analyst', 'steward'],
    principal: { name: 'Grace Hopper' },
  });
  const again = await signedIn(server, 'ada');
  const idOf = async (browser: Browser) => (await ask(server, browser, ME)).body.data.me.principal.id;
  expect(await idOf(again)).toBe(await idOf(ada));
});

test('an owner stub waits for the person with the verified address, and for nobody else', async () => {
  await askAsAdmin(
    server,
    'mutation { createUser(input: { idempotencyKey: "victim", name: "Victim", email: "victim@example.com", roles: [admin] }) { __typename } }',
  );
  expect((await ask(server, await signedIn(server, 'eve'), ME)).body.data.me).toMatchObject({
    roles: ['analyst'],
    principal: { name: 'Eve', email: null },
  });
});

test('the cookie is out of reach for scripts and other sites', async () => {
  const browser = await new Browser().go(`${cadastre.url}/auth/login`);
  await provider.signIn(browser, 'ada', `${cadastre.url}/auth/callback`);
  const response = await browser.fetch(browser.url);
  const [session = '', flow = ''] = response.headers.getSetCookie();
  expect(session).toMatch(/^cadastre_session=cad_session_\w+; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/);
  expect(flow).toMatch(/^cadastre_login=; Path=\/auth; Max-Age=0/);
  expect([response.status, response.headers.get('location'), response.headers.get('cache-control')]).toEqual([
    303,
    '/',
    'no-store',
  ]);
});

test('a page of another site cannot use the session, whatever it sends', async () => {
  const ada = await signedIn(server, 'ada');
  const query = 'mutation { createTeam(input: { idempotencyKey: "csrf", name: "Forged" }) { __typename } }';
  const send = async (headers: Readonly<Record<string, string>>, body: string | URLSearchParams, place = '/graphql') =>
    (await ada.fetch(cadastre.url + place, { method: 'POST', headers, body })).status;
  const json = { 'content-type': 'application/json' };
  const text = JSON.stringify({ query });
  expect(await send({ 'content-type': 'text/plain' }, text)).toBe(403);
  expect(await send({ 'content-type': 'text/plain', 'apollo-require-preflight': '1' }, text)).toBe(403);
  // No parser takes forms.
  expect(await send({}, new URLSearchParams({ query }))).toBe(400);
  expect(await send({ ...json, 'sec-fetch-site': 'cross-site' }, text)).toBe(403);
  expect(await send({ ...json, 'sec-fetch-site': 'same-site' }, text)).toBe(403);
  expect(await send({ ...json, origin: 'https://evil.example' }, text)).toBe(403);
  expect(await send({ ...json, origin: 'null' }, text)).toBe(403);
  expect(await send({ 'content-type': 'text/plain' }, '', '/auth/logout')).toBe(403);
  const teams = await askAsAdmin(
    server,
    '{ principals(filter: { kinds: [TEAM], namePrefix: "Forged" }) { edges { node { id } } } }',
  );
  expect(teams.body.data.principals.edges).toEqual([]);
  expect(await send({ ...json, 'sec-fetch-site': 'same-origin', origin: cadastre.url }, text)).toBe(200);
  expect((await ask(server, ada, ME)).status).toBe(200);
});

test('who signs out is out, also with the cookie that somebody kept', async () => {
  const ada = await signedIn(server, 'ada');
  const kept = ada.cookie(cadastre.url, 'cadastre_session') ?? '';
  const leave = () =>
    fetch(`${cadastre.url}/auth/logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: `cadastre_session=${kept}` },
      body: '{}',
    });
  expect((await ask(server, ada, ME)).status).toBe(200);
  expect(await (await leave()).json()).toEqual({ ended: true });
  expect(await (await leave()).json()).toEqual({ ended: false });
  expect((await ask(server, ada, ME)).status).toBe(401);
  expect((await post(cadastre.url, kept, ME)).status).toBe(401);
});

test('who is put out is out at once, in the browser and with tokens of the provider, and old sessions do not come back', async () => {
  provider.accounts.set('leaver', { name: 'Leaver', email: 'leaver@example.com', isVerified: true });
  const browser = await signedIn(server, 'leaver');
  const { id_token: token } = await provider.tokenOf(new Browser(), 'leaver');
  expect((await post(cadastre.url, token, ME)).body.data.me.authMethod).toBe('oidc');
  const { id } = (await ask(server, browser, ME)).body.data.me.principal;
  const change = (verb: string) =>
    askAsAdmin(server, `mutation { ${verb}(input: { idempotencyKey: "${verb}-${id}", id: "${id}" }) { __typename } }`);
  await change('deactivateUser');
  expect((await ask(server, browser, ME)).status).toBe(401);
  expect((await post(cadastre.url, token, ME)).status).toBe(401);
  const again = await new Browser().go(`${cadastre.url}/auth/login`);
  await provider.signIn(again, 'leaver');
  expect([again.status, JSON.parse(again.page).message]).toEqual([401, expect.stringContaining('deactivated')]);
  await change('reactivateUser');
  expect((await ask(server, browser, ME)).status).toBe(401);
  expect((await post(cadastre.url, token, ME)).status).toBe(200);
});

test('an answer of the provider counts once, and only in the browser that asked', async () => {
  const browser = await new Browser().go(`${cadastre.url}/auth/login`);
  const flow = browser.cookie(cadastre.url, 'cadastre_login') ?? '';
  await provider.signIn(browser, 'ada', `${cadastre.url}/auth/callback`);
  const callback = browser.url;
  const with_ = (cookie: string) => fetch(callback, { headers: { cookie: `cadastre_login=${cookie}` }, redirect: 'manual' });
  expect((await fetch(callback, { redirect: 'manual' })).status).toBe(401);
  expect((await with_(`${flow.slice(0, -4)}AAAA`)).status).toBe(401);
  expect((await with_('nonsense')).status).toBe(401);
  const other = await new Browser().go(`${cadastre.url}/auth/login`);
  expect((await with_(other.cookie(cadastre.url, 'cadastre_login') ?? '')).status).toBe(401);
  expect((await with_(flow)).status).toBe(303);
  const twice = await with_(flow);
  expect([twice.status, await twice.json()]).toEqual([
    401,
    { code: 'UNAUTHENTICATED', message: expect.stringContaining('/auth/login'), path: null },
  ]);
});

test.each([
  ['state', 'another-state-than-the-one-that-was-sent'],
  ['nonce', 'another-nonce-than-the-one-that-was-sent'],
  ['code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
])('a sign-in whose %s was changed on the way is refused', async (name, value) => {
  const browser = await new Browser().go(`${cadastre.url}/auth/login`, {}, provider.issuer);
  const address = new URL(browser.url);
  expect(address.searchParams.get('code_challenge_method')).toBe('S256');
  expect(address.searchParams.get(name)?.length).toBeGreaterThan(20);
  address.searchParams.set(name, value);
  await browser.go(address.href);
  await provider.signIn(browser, 'ada');
  expect([browser.status, JSON.parse(browser.page).code]).toEqual([401, 'UNAUTHENTICATED']);
  expect(browser.cookie(cadastre.url, 'cadastre_session')).toBeUndefined();
});

test('somebody who does not agree at the provider is told so', async () => {
  const browser = await new Browser().go(`${cadastre.url}/auth/login`);
  await browser.go(`${browser.url}/abort`);
  expect([browser.status, JSON.parse(browser.page).message]).toEqual([401, expect.stringContaining('access_denied')]);
});

test('headers that name somebody are nobody', async () => {
  const headers = { 'x-user-id': 'svc_cadastre', 'x-forwarded-user': 'ada', 'x-remote-user': 'ada', 'apollo-user': 'ada' };
  const { status, body } = await ask(server, new Browser(), ME, headers);
  expect([status, body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  const ada = await signedIn(server, 'grace');
  expect((await ask(server, ada, ME, headers)).body.data.me.principal.name).toBe('Grace Hopper');
});
