import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadSubgraph } from '../../app/subgraphs.ts';
import { codesOf, type GraphqlReply, post, startEmpty, begunHome } from './running.ts';
import { emptyCatalog } from './standIns.ts';

let cadastre: Cadastre;
let ask: (query: string, headers?: Readonly<Record<string, string>>) => Promise<GraphqlReply>;

const broken = {
  Query: {
    source: () => {
      throw new TypeError('secret detail at /srv/private.ts:12');
    },
  },
};

beforeAll(async () => {
  const home = await begunHome(afterAll);
  cadastre = await startEmpty(
    home,
    { CADASTRE_CORS_ORIGINS: 'https://app.example' },
    {
      load: async (kernel) => [emptyCatalog(broken), await loadSubgraph('governance', kernel)],
    },
  );
  ask = (query, headers) => post(cadastre.url, cadastre.admin.token, query, headers);
});

afterAll(() => cadastre.stop());

test('the caller is known by the token', async () => {
  const reply = await ask('{ me { roles } }');
  expect(reply.body).toEqual({ data: { me: { roles: ['admin'] } } });
});

test.each([
  ['no token', { authorization: '' }],
  ['another scheme', { authorization: 'Basic YTpi' }],
  ['a token of nobody', { authorization: 'Bearer nobody' }],
  ['a token that was cut off', { authorization: 'Bearer cad_local_01' }],
])('%s is 401 UNAUTHENTICATED, for the schema too', async (_what, headers) => {
  const reply = await ask('{ __schema { types { name } } }', headers);
  expect(reply.status).toBe(401);
  expect(codesOf(reply)).toEqual(['UNAUTHENTICATED']);
  expect(reply.body.data).toBeUndefined();
});

test('a revoked token is 401 at once', async () => {
  const me = (await ask('{ me { principal { id } } }')).body.data.me.principal.id;
  const made = await ask(
    `mutation { createAccessKey(input: { idempotencyKey: "k", principalId: "${me}", label: "x" }) { ... on AccessKeyCreated { token accessKey { id } } } }`,
  );
  const { token, accessKey } = made.body.data.createAccessKey;
  expect((await post(cadastre.url, token, '{ me { roles } }')).status).toBe(200);
  await ask(`mutation { revokeAccessKey(input: { idempotencyKey: "r", id: "${accessKey.id}" }) { __typename } }`);
  expect((await post(cadastre.url, token, '{ me { roles } }')).status).toBe(401);
});

const nested = (depth: number): string => `{ container(urn: "x") ${'{ container '.repeat(depth)} { id } ${'}'.repeat(depth)} }`;

test.each([
  ['a page of a million', 'LIMIT_EXCEEDED', '{ auditTrail(first: 1000000) { edges { node { id } } } }'],
  ['a malformed cursor', 'INVALID_CURSOR', '{ auditTrail(after: "%%%") { edges { node { id } } } }'],
  ['a thousand aliases', 'LIMIT_EXCEEDED', `{ ${Array.from({ length: 1000 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
  ['five thousand tokens', 'LIMIT_EXCEEDED', `{ ${'__typename '.repeat(5000)} }`],
  ['fifty levels', 'LIMIT_EXCEEDED', nested(50)],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', '{ nothing }'],
  ['no GraphQL at all', 'GRAPHQL_PARSE_FAILED', '{'],
])('%s is refused with %s', async (_what, code, query) => {
  expect(codesOf(await ask(query))).toContain(code);
});

test('a cursor of another query is INVALID_CURSOR', async () => {
  const page = await ask('{ principals(first: 1) { edges { cursor } } }');
  const { cursor } = page.body.data.principals.edges[0];
  expect(codesOf(await ask(`{ auditTrail(after: "${cursor}") { edges { node { id } } } }`))).toEqual(['INVALID_CURSOR']);
});

test('a bug shows a trace id and nothing of its inside', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const reply = await ask('{ source(name: "x") { id } me { roles } }', { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  expect(codesOf(reply)).toEqual(['INTERNAL']);
  expect(reply.body.errors[0]).toMatchObject({ path: ['source'], extensions: { traceId } });
  expect(reply.body.data).toEqual({ source: null, me: { roles: ['admin'] } });
  expect(reply.text).not.toMatch(/secret|private\.ts|stack/);
});

test('the moment that was asked for is echoed, and caches keep the moments apart', async () => {
  const reply = await ask('{ me { roles } }', { 'cadastre-as-of': '2026-01-01T01:00:00+01:00' });
  expect(reply.headers.get('cadastre-as-of')).toBe('2026-01-01T00:00:00.000000Z');
  expect(reply.headers.get('vary')).toContain('Cadastre-As-Of');
});

test.each([
  ['the future', 'BAD_USER_INPUT', { 'cadastre-as-of': '2999-01-01T00:00:00Z' }],
  ['no moment', 'BAD_USER_INPUT', { 'cadastre-as-of': 'yesterday' }],
  ['no read token', 'BAD_USER_INPUT', { 'cadastre-read-token': '-1' }],
])('%s in a header is 400 %s', async (_what, code, headers) => {
  const reply = await ask('{ me { roles } }', headers);
  expect([reply.status, codesOf(reply)]).toEqual([400, [code]]);
});

test.each([
  ['GET', '/graphql', 'POST'],
  ['PUT', '/healthz', 'GET, HEAD'],
  ['DELETE', '/log/tile/0/000', 'GET, HEAD'],
])('%s %s is 405 and says what the address takes', async (method, place, allow) => {
  const reply = await fetch(cadastre.url + place, { method, headers: { authorization: `Bearer ${cadastre.admin.token}` } });
  const text = await reply.text();
  expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow]);
  expect(text).toContain('METHOD_NOT_ALLOWED');
  expect(text).toContain(`takes ${allow}, and not ${method}`);
});

test('an address that there is not is 404, with any method', async () => {
  for (const method of ['GET', 'POST'])
    expect(codesOf({ body: await (await fetch(`${cadastre.url}/nothing?x`, { method })).json() } as GraphqlReply)).toEqual([
      'NOT_FOUND',
    ]);
});

test('a body over 1 MB is LIMIT_EXCEEDED', async () => {
  const reply = await ask(`{ me { roles } } # ${'x'.repeat(1024 * 1024)}`);
  expect([reply.status, codesOf(reply)]).toEqual([413, ['LIMIT_EXCEEDED']]);
});

test('a form of another site cannot post operations', async () => {
  const response = await fetch(`${cadastre.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', authorization: `Bearer ${cadastre.admin.token}` },
    body: '{"query":"{ me { roles } }"}',
  });
  expect(response.status).toBe(400);
});

test('only listed origins may read answers', async () => {
  const origin = (name: string) => fetch(`${cadastre.url}/graphql`, { method: 'OPTIONS', headers: { origin: name } });
  expect((await origin('https://app.example')).headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect((await origin('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('probes and metrics answer without a token', async () => {
  expect(await (await fetch(`${cadastre.url}/healthz`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${cadastre.url}/readyz`)).json()).toEqual({ ready: true, phase: 'ready' });
  await ask('query Counted { me { roles } }');
  const metrics = await (await fetch(`${cadastre.url}/metrics`)).text();
  expect(metrics).toMatch(/cadastre_graphql_duration_seconds_count\{operation="Counted",outcome="ok"\} 1/);
  expect(metrics).toContain('process_resident_memory_bytes');
});

test('the console and all it loads come from this server, and it may load nothing else', async () => {
  const page = await fetch(`${cadastre.url}/`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, address]) => address ?? '')
    .filter((address) => !address.startsWith('data:'));
  expect(loaded.length).toBeGreaterThan(3);
  for (const address of loaded) {
    expect(address).toMatch(/^\/console\//);
    expect((await fetch(cadastre.url + address)).status).toBe(200);
  }
});

test('answers that nobody changed are not sent twice', async () => {
  const { headers } = await fetch(`${cadastre.url}/console/console.js`);
  const again = await fetch(`${cadastre.url}/console/console.js`, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect(again.status).toBe(304);
});
