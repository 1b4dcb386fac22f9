import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { serveGateway } from '../../app/serveGateway.ts';
import { serveSubgraph } from '../../app/serveSubgraph.ts';
import { createProvider } from '../../kernel/identity/oidc/provider.ts';
import type { OidcConfig } from '../../kernel/identity/oidc/oidcConfig.ts';
import { Browser } from '../support/browser.ts';
import { confirmDevice, type RealProvider } from '../support/realProvider.ts';
import { cadastre as program } from './program.ts';
import { begunHome, codesOf, post, silentLog, testConfig } from './running.ts';
import { ask, askAsAdmin, ME, signedIn, type SigningIn, startSigningIn } from './signingIn.ts';

const TOKEN = 'one-token-that-every-subgraph-knows-0123456789';

let server: SigningIn;
let cadastre: Cadastre;
let provider: RealProvider;
beforeAll(async () => {
  server = await startSigningIn(afterAll);
  ({ cadastre, provider } = server);
});
afterAll(() => server.stop());

test('a token of the provider is somebody; one that was changed, cut or blown up is nobody', async () => {
  const { id_token: token, access_token: opaque } = await provider.tokenOf(new Browser(), 'ada');
  expect((await post(cadastre.url, token, ME)).body.data.me).toMatchObject({
    authMethod: 'oidc',
    // This provider's tokens say nothing but the subject.
    principal: { name: 'Unnamed', email: null },
  });
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'grace' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const wrong of [
    `${header}.${forged}.${signature}`,
    `${none}.${payload}.`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `${header}.${payload}${'A'.repeat(8_200)}.${signature}`,
    opaque,
  ]) {
    const reply = await post(cadastre.url, wrong, ME);
    expect([reply.status, codesOf(reply)]).toEqual([401, ['UNAUTHENTICATED']]);
  }
});

test('only a token of the provider is exchanged for a session', async () => {
  const { id_token: token, access_token: accessToken } = await provider.tokenOf(new Browser(), 'grace');
  const exchange = (bearer: string, body: unknown) =>
    fetch(`${cadastre.url}/auth/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
    });
  const session = (await (await exchange(token, { accessToken })).json()) as { token: string; expiresAt: string };
  expect((await post(cadastre.url, session.token, ME)).body.data.me).toMatchObject({
    authMethod: 'session',
    roles: ['analyst', 'steward'],
  });
  expect(Date.parse(session.expiresAt) - Date.now()).toBeGreaterThan(7.9 * 3_600_000);
  expect((await exchange(session.token, {})).status).toBe(400);
  expect((await exchange(cadastre.admin.token, {})).status).toBe(400);
  const { access_token: foreign } = await provider.tokenOf(new Browser(), 'ada');
  expect((await exchange(token, { accessToken: foreign })).status).toBe(401);
  expect((await exchange(token, { accessToken: 7 })).status).toBe(400);
});

test(
  'the command line signs in by a code that is confirmed in a browser, keeps the session to itself, and signs out',
  { timeout: 120_000 },
  async () => {
    const environment = { XDG_CONFIG_HOME: path.join(server.home, 'config') };
    const cli = (...args: string[]) => program(server.home, [...args, '--url', cadastre.url], environment);
    const login = cli('login');
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      login.process.stderr?.on('data', (text: string) => {
        said += text;
        const found = /Open (\S+)\n/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      void login.ended.then(({ stderr }) => reject(new Error(stderr)));
    });
    await confirmDevice(provider, new Browser(), address, 'ada');
    expect(await login.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Signed in') });
    const file = path.join(server.home, 'config', 'cadastre', 'sessions.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(await readFile(file, 'utf8'))[cadastre.url].token;
    const users = await cli('users', 'list', 'ada', '--json').ended;
    expect([users.code, JSON.parse(users.stdout)]).toEqual([
      0,
      [expect.objectContaining({ name: 'Ada Lovelace', email: 'ada@example.com' })],
    ]);
    expect((await cli('logout').ended).code).toBe(0);
    expect((await post(cadastre.url, kept, ME)).status).toBe(401);
    expect((await cli('users', 'list').ended).code).toBe(4);
  },
);

const config = (): OidcConfig => {
  const { oidc } = testConfig(server.home, server.settings);
  if (oidc === undefined) throw new Error('no provider is configured');
  return oidc;
};

test('without the provider sessions and keys go on; who wants to sign in is told to try again, and then can', async () => {
  const ada = await signedIn(server, 'ada');
  const half = await new Browser().go(`${cadastre.url}/auth/login`);
  await provider.signIn(half, 'ada', `${cadastre.url}/auth/callback`);
  const { id_token: token } = await provider.tokenOf(new Browser(), 'ada');
  const fresh = createProvider(config());
  await provider.stop();
  expect((await ask(server, ada, ME)).status).toBe(200);
  expect((await askAsAdmin(server, ME)).status).toBe(200);
  const callback = await half.fetch(half.url);
  expect([callback.status, await callback.json()]).toEqual([
    502,
    { code: 'SOURCE_UNAVAILABLE', message: expect.stringContaining('Try again'), path: null },
  ]);
  await expect(fresh.claimsOf(token, null)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  await expect(fresh.authorizationUrl(fresh.newFlow())).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  await provider.start();
  expect((await fresh.claimsOf(token, null)).subject).toBe('ada');
});

test('a gateway without a database passes tokens and cookies on to subgraphs, each of which finds out by itself who asks', async () => {
  const withProvider = async () =>
    testConfig(await begunHome(), {
      ...server.settings,
      PORT: '0',
      CADASTRE_ADMIN_TOKEN: TOKEN,
      CADASTRE_OIDC_REDIRECT_URL: 'http://127.0.0.1:4000/auth/callback',
    });
  const serve = async (name: 'catalog' | 'governance') => {
    const service = await serveSubgraph(name, await withProvider(), { log: silentLog });
    onTestFinished(() => service.stop());
    return service;
  };
  const [governance, catalog] = [await serve('governance'), await serve('catalog')];
  const addresses = Object.entries({ governance, catalog }).map(([name, { url }]) => ({ name, url: `${url}/graphql` }));
  const gateway = await serveGateway(addresses, await withProvider(), { log: silentLog });
  onTestFinished(() => gateway.stop());
  const { id_token: token, access_token: accessToken } = await provider.tokenOf(new Browser(), 'ada');
  const both = await post(gateway.url, token, '{ me { authMethod } tags { edges { node { id } } } }');
  expect(both.body).toEqual({ data: { me: { authMethod: 'oidc' }, tags: { edges: [] } } });
  const session = await fetch(`${governance.url}/auth/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ accessToken }),
  });
  const { token: cookie } = (await session.json()) as { token: string };
  const askGateway = (headers: Readonly<Record<string, string>>) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { cookie: `cadastre_session=${cookie}`, 'content-type': 'application/json', ...headers },
      body: '{"query":"{ me { authMethod principal { name } } }"}',
    });
  expect(await (await askGateway({})).json()).toEqual({
    data: { me: { authMethod: 'session', principal: { name: 'Ada Lovelace' } } },
  });
  expect((await askGateway({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
});

test('an issuer that calls itself otherwise than it was configured is no issuer', async () => {
  const { port } = new URL(provider.issuer);
  const lying = createProvider({ ...config(), issuer: `http://localhost:${port}` });
  await expect(lying.authorizationUrl(lying.newFlow())).rejects.toMatchObject({
    code: expect.stringMatching(/SOURCE_UNAVAILABLE|CONFIGURATION/),
  });
});

// The last: a server asks for new keys at most every half minute, so those that know the old ones come before it.
test('a new key of the provider is taken, and what the old one signed counts no more once it is gone', async () => {
  const verifier = createProvider(config(), { cooldownMs: 0 });
  const old = (await provider.tokenOf(new Browser(), 'ada')).id_token;
  expect((await verifier.claimsOf(old, null)).subject).toBe('ada');
  await provider.rotate();
  const young = (await provider.tokenOf(new Browser(), 'ada')).id_token;
  expect((await verifier.claimsOf(young, null)).subject).toBe('ada');
  await expect(verifier.claimsOf(old, null)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
