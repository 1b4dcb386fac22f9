import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { begunHome, codesOf, post, startEmpty } from './running.ts';

let cadastre: Cadastre;
let token: string;
let accountId: string;

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look where they like
  readonly body: any;
}

async function scim(
  method: string,
  address: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const response = await fetch(`${cadastre.url}/scim/v2${address}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json; charset=utf-8', ...headers },
    ...(body !== undefined && {
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? null : JSON.parse(text) };
}

const ask = (query: string, as = cadastre.admin.token) => post(cadastre.url, as, query);
const makeKey = async (principalId: string, scope: string): Promise<string> => {
  const made = await ask(
    `mutation { createAccessKey(input: { idempotencyKey: "${principalId} ${scope}", principalId: "${principalId}", label: "x", scopes: [${scope}] }) { ... on AccessKeyCreated { token accessKey { scopes } } } }`,
  );
  expect(made.body.data.createAccessKey.accessKey.scopes).toEqual([scope]);
  return made.body.data.createAccessKey.token;
};

beforeAll(async () => {
  cadastre = await startEmpty(await begunHome(afterAll), {}, { load: loadAllSubgraphs });
  const owner = await ask(
    'mutation { createUser(input: { idempotencyKey: "o", name: "Owner", email: "owner@example.com", roles: [] }) { ... on UserCreated { user { id } } } }',
  );
  const service = await ask(
    `mutation { createServiceAccount(input: { idempotencyKey: "s", name: "Entra ID", ownerId: "${owner.body.data.createUser.user.id}", roles: [] }) { ... on ServiceAccountCreated { serviceAccount { id } } } }`,
  );
  accountId = service.body.data.createServiceAccount.serviceAccount.id;
  token = await makeKey(accountId, 'scim');
});

afterAll(() => cadastre.stop());

test('a client learns what the server can do', async () => {
  const config = await scim('GET', '/ServiceProviderConfig');
  expect(config.status).toBe(200);
  expect(config.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(config.body).toMatchObject({
    patch: { supported: true },
    filter: { supported: true, maxResults: 200 },
    etag: { supported: true },
    bulk: { supported: false },
  });
  const types = (await scim('GET', '/ResourceTypes')).body;
  expect(types.Resources.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(['/Users', '/Groups']);
  const schemas = (await scim('GET', '/Schemas')).body;
  for (const { id, attributes } of schemas.Resources) {
    expect((await scim('GET', `/Schemas/${id}`)).body).toMatchObject({ id, attributes });
    expect(types.Resources.map(({ schema }: { schema: string }) => schema)).toContain(id);
  }
  expect((await scim('GET', '/Schemas/urn:x')).body).toMatchObject({ schemas: [ERROR], status: '404' });
  expect((await scim('GET', '/Schemas?filter=id%20pr')).status).toBe(403);
});

test('deactivation stops a key that runs at its next request', async () => {
  const made = await scim('POST', '/Users', { userName: 'Ada@Example.com', displayName: 'Ada' });
  expect(made.status).toBe(201);
  expect(made.headers.get('location')).toBe(`/scim/v2/Users/${made.body.id}`);
  expect(made.headers.get('etag')).toBe(made.body.meta.version);
  const key = await makeKey(made.body.id, 'graph');
  const me = () => ask('{ me { principal { id name } } }', key);
  expect((await me()).body.data.me.principal).toEqual({ id: made.body.id, name: 'Ada' });
  const off = { schemas: [PATCH], Operations: [{ op: 'Replace', path: 'active', value: 'False' }] };
  expect((await scim('PATCH', `/Users/${made.body.id}`, off)).body.active).toBe(false);
  expect((await me()).status).toBe(401);
  const on = { schemas: [PATCH], Operations: [{ op: 'replace', value: { active: true } }] };
  expect((await scim('PATCH', `/Users/${made.body.id}`, on)).body.active).toBe(true);
  expect((await me()).status).toBe(401);
  const trail = await ask(`{ auditTrail(first: 50, filter: { actorId: "${accountId}" }) { edges { node { action } } } }`);
  expect(trail.body.data.auditTrail.edges.map(({ node }: { node: { action: string } }) => node.action)).toEqual([
    'governance.user.reactivated.v1',
    'governance.key.revoked.v1',
    'governance.user.deactivated.v1',
    'governance.user.created.v1',
  ]);
});

test('a group is made, filled, emptied and let go', async () => {
  const { body: user } = await scim('POST', '/Users', { userName: 'grace@example.com' });
  const { body: group } = await scim('POST', '/Groups', { displayName: 'Compilers', members: [{ value: user.id }] });
  const team = () => ask(`{ principal(id: "${group.id}") { name ... on Team { members(first: 5) { edges { node { id } } } } } }`);
  expect(JSON.stringify((await team()).body)).toContain(user.id);
  const patched = await scim('PATCH', `/Groups/${group.id}`, {
    Operations: [{ op: 'remove', path: `members[value eq "${user.id}"]` }],
  });
  expect([patched.status, patched.text]).toEqual([204, '']);
  expect(JSON.stringify((await team()).body)).not.toContain(user.id);
  const gone = await scim('DELETE', `/Groups/${group.id}`);
  expect([gone.status, gone.text]).toEqual([204, '']);
  expect((await scim('DELETE', `/Users/${user.id}`, undefined, { 'content-type': 'application/json' })).status).toBe(204);
});

test('a method that an address does not take is refused in the form of SCIM', async () => {
  const refused = await fetch(`${cadastre.url}/scim/v2/Schemas`, { method: 'DELETE' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await refused.json()).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '405' });
});

test('the token may do nothing else', async () => {
  expect(codesOf(await ask('{ __typename }', token))).toEqual(['FORBIDDEN']);
  const pushed = await fetch(`${cadastre.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(pushed.status).toBe(403);
  const exported = await fetch(`${cadastre.url}/log/export`, { headers: { authorization: `Bearer ${token}` } });
  expect(exported.status).toBe(403);
});

test.each([
  ['no token', 401, '{}', { authorization: '' }],
  ['a token of nobody', 401, '{}', { authorization: 'Bearer nobody' }],
  ['another media type', 415, 'userName=x', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['plain text', 415, '{}', { 'content-type': 'text/plain' }],
  ['half of a body', 400, '{"userName":', {}],
  ['a body that is too large', 413, JSON.stringify({ userName: 'x'.repeat(3 * 1024 * 1024) }), {}],
  ['a prototype', 400, '{"userName":"p@example.com","__proto__":{"active":false}}', {}],
  ['gzip that is none', 400, '{}', { 'content-encoding': 'gzip' }],
])('%s is answered with %i in the form of SCIM', async (_what, status, body, headers) => {
  const reply = await scim('POST', '/Users', body, headers);
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(reply.body).toMatchObject({ schemas: [ERROR], status: `${status}`, detail: expect.stringMatching(/\w{3}/) });
});

test('a token with the scope graph is refused, whatever its role', async () => {
  const reply = await scim('GET', '/Users', undefined, { authorization: `Bearer ${cadastre.admin.token}` });
  expect(reply.body).toMatchObject({ schemas: [ERROR], status: '403' });
});

test('JSON under its own media type, and zipped, is taken too', async () => {
  expect((await scim('POST', '/Users', { userName: 'json@example.com' }, { 'content-type': 'application/json' })).status).toBe(
    201,
  );
  const zipped = gzipSync(JSON.stringify({ userName: 'zip@example.com' }));
  expect((await scim('POST', '/Users', zipped, { 'content-encoding': 'gzip' })).status).toBe(201);
});

test.each(['/Users/usr_x', '/Users/%00', '/Groups/..%2FUsers', `/Users/usr_${'0'.repeat(26)}`])(
  '%s is not found',
  async (address) => {
    expect((await scim('GET', address)).body).toMatchObject({ schemas: [ERROR], status: '404' });
  },
);
