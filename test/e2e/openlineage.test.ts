import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { run } from './program.ts';
import { begunHome, codesOf, post, startEmpty, temporaryHome } from './running.ts';

let cadastre: Cadastre;
let pusher: string;
let analyst: string;

const event = (more: object = {}): Record<string, unknown> => ({
  eventType: 'COMPLETE',
  eventTime: '2026-01-01T10:00:00.123456789',
  producer: 'https://example.com/client',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: '01941f29-7c00-7000-8000-000000000001' },
  job: { namespace: 'jobs', name: 'load 🕷' },
  inputs: [{ namespace: 'postgres://shop:5432', name: 'shop.public.orders' }],
  outputs: [{ namespace: 'postgres://shop:5432', name: 'shop.public.revenue' }],
  ...more,
});

interface Reply {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look where they like
  readonly body: any;
}

async function send(
  body: unknown,
  token = pusher,
  headers: Readonly<Record<string, string>> = {},
  to = '/api/v1/lineage',
): Promise<Reply> {
  const response = await fetch(cadastre.url + to, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: typeof body === 'string' || body instanceof Buffer ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const ask = (query: string, token = cadastre.admin.token) => post(cadastre.url, token, query);

async function makeToken(role: string, scope: string): Promise<string> {
  const made = await ask(
    `mutation { createUser(input: { idempotencyKey: "${role}", name: "${role}", email: "${role}@example.com", roles: [${role}] }) { ... on UserCreated { user { id } } } }`,
  );
  const key = await ask(
    `mutation { createAccessKey(input: { idempotencyKey: "key of ${role}", principalId: "${made.body.data.createUser.user.id}", label: "x", scopes: [${scope}] }) { ... on AccessKeyCreated { token } } }`,
  );
  return key.body.data.createAccessKey.token;
}

beforeAll(async () => {
  cadastre = await startEmpty(await begunHome(afterAll), {}, { load: loadAllSubgraphs });
  pusher = await makeToken('bot', 'ingest');
  analyst = await makeToken('analyst', 'graph');
});

afterAll(() => cadastre.stop());

test('an event is taken with 201, and its datasets are in the catalog', async () => {
  expect(await send(event())).toEqual({ status: 201, body: { events: 1, changed: 1 } });
  const { body } = await ask(
    '{ dataset(urn: "urn:cadastre:dataset:postgres://shop:5432,shop.public.revenue") { qualifiedName history(first: 5) { edges { node { version } } } } }',
  );
  expect(body.data.dataset.qualifiedName).toBe('shop.public.revenue');
});

test('the same event again changes nothing', async () => {
  expect((await send(event())).body).toEqual({ events: 1, changed: 0 });
});

test('a batch is taken whole, at both addresses, and zipped', async () => {
  const batch = [event(), event({ eventType: 'START', eventTime: '2026-01-01T09:00:00+01:00' })];
  expect((await send(batch)).body).toEqual({ events: 2, changed: 1 });
  expect((await send(batch, pusher, {}, '/api/v1/lineage/batch')).status).toBe(201);
  const zipped = await send(gzipSync(JSON.stringify(batch)), pusher, { 'content-encoding': 'gzip' });
  expect(zipped).toEqual({ status: 201, body: { events: 2, changed: 0 } });
});

test.each([
  ['no name', event({ job: { namespace: 'jobs' } }), '$.job.name'],
  ['no time', event({ eventTime: 'yesterday' }), '$.eventTime'],
  ['an unknown state', event({ eventType: 'DONE' }), '$.eventType'],
  [
    'a wrong facet',
    event({ outputs: [{ namespace: 'n', name: 'd', facets: { schema: { fields: [{}] } } }] }),
    '$.outputs[0].facets.schema.fields[0].name',
  ],
  ['one wrong in a batch', [event(), event({ producer: 1 })], '$[1].producer'],
  ['no event at all', { hello: 'world' }, '$'],
  ['a number', 7, '$'],
])('%s is 400 with the path of the first wrong value', async (_what, body, path) => {
  const response = await send(body);
  expect(response.status).toBe(400);
  expect(response.body).toEqual({ code: 'BAD_USER_INPUT', message: expect.stringContaining(path), path });
});

test('facets that nobody knows are accepted', async () => {
  const facets = { mine: { anything: ['x'.repeat(200_000)] } };
  const run = { runId: '01941f29-7c00-7000-8000-000000000002', facets };
  expect((await send(event({ run }))).status).toBe(201);
});

test.each([
  ['no token', { authorization: '' }, 401, 'UNAUTHENTICATED'],
  ['a token of nobody', { authorization: 'Bearer nobody' }, 401, 'UNAUTHENTICATED'],
  ['a body that is no JSON', {}, 400, 'BAD_USER_INPUT'],
])('%s is answered as plain JSON', async (_what, headers, status, code) => {
  const response = await send('{', pusher, headers);
  expect(response.status).toBe(status);
  expect(response.body).toEqual({ code, message: expect.any(String), path: null });
});

test.each([
  ['plain text', { 'content-type': 'text/plain' }, JSON.stringify(event())],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'eventTime=now'],
  ['an encoding that nobody asked for', { 'content-encoding': 'br' }, JSON.stringify(event())],
  ['gzip that is none', { 'content-encoding': 'gzip' }, JSON.stringify(event())],
  ['gzip that ends early', { 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(event())).subarray(0, 40)],
  ['nothing', {}, ''],
])('%s is 400 with what to send instead', async (_what, headers, body) => {
  const response = await send(body, pusher, headers);
  expect(response).toEqual({
    status: 400,
    body: { code: 'BAD_USER_INPUT', message: expect.stringMatching(/JSON|gzip/), path: null },
  });
});

test('a thousand times the same event in one request is one event', async () => {
  const one = event({ run: { runId: '01941f29-7c00-7000-8000-000000000003' }, job: { namespace: 'jobs', name: 'often' } });
  expect((await send(Array.from({ length: 1_000 }, () => one))).body).toEqual({ events: 1_000, changed: 1 });
});

test('who may read may not push, and the other way round', async () => {
  const response = await send(event(), analyst);
  expect([response.status, response.body.code]).toEqual([403, 'FORBIDDEN']);
  for (const query of [
    '{ me { roles } }',
    '{ openLineageEvents { edges { cursor } } }',
    '{ __typename }',
    '{ __schema { types { name } } }',
  ]) {
    const reply = await ask(query, pusher);
    expect([reply.status, codesOf(reply), reply.body.data]).toEqual([403, ['FORBIDDEN'], undefined]);
  }
  expect((await send(event(), cadastre.admin.token)).status).toBe(201);
});

test('too much at once is 413', async () => {
  const many = await send(Array.from({ length: 1_001 }, () => event()));
  expect([many.status, many.body.code]).toEqual([413, 'LIMIT_EXCEEDED']);
  const large = await send(`{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`).catch(() => null);
  // The server may hang up before all has been sent.
  if (large !== null) expect([large.status, large.body.code]).toEqual([413, 'LIMIT_EXCEEDED']);
  const bomb = await send(gzipSync(`{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`), pusher, { 'content-encoding': 'gzip' });
  expect([bomb.status, bomb.body.code]).toEqual([413, 'LIMIT_EXCEEDED']);
});

test('what the command line exports, another instance takes and exports again', async () => {
  const home = await temporaryHome();
  const exported = async (from: Cadastre, file: string): Promise<readonly string[]> => {
    const there = ['--url', from.url, '--token', from.admin.token];
    const ended = await run(home, ['lineage', 'export', '--openlineage', '--out', path.join(home, file), ...there]);
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    return (await readFile(path.join(home, file), 'utf8')).trimEnd().split('\n');
  };
  await send(event());
  const lines = await exported(cadastre, 'one.ndjson');
  const events: object[] = lines.map((line) => JSON.parse(line));
  const other = await startEmpty(await begunHome(), {}, { load: loadAllSubgraphs });
  try {
    const response = await fetch(`${other.url}/api/v1/lineage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${other.admin.token}` },
      body: JSON.stringify(events),
    });
    expect(response.status).toBe(201);
    const timeless = (all: readonly string[]) => new Set(all.map((line) => line.replace(/"eventTime":"[^"]*"/, '')));
    expect(timeless(await exported(other, 'two.ndjson'))).toEqual(timeless(lines));
    const urn = 'urn:cadastre:dataset:postgres://shop:5432,shop.public.revenue';
    const some = await run(home, ['lineage', 'export', '--from', urn, '--url', other.url, '--token', other.admin.token]);
    expect(some.stderr).toMatch(/^\d events\.$/m);
    expect(
      some.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).dataset?.name ?? 'job'),
    ).toContain('shop.public.revenue');
  } finally {
    await other.stop();
  }
});

test('an address that only takes events says so to whoever asks it', async () => {
  const reply = await fetch(`${cadastre.url}/api/v1/lineage`, { headers: { authorization: `Bearer ${pusher}` } });
  expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST']);
  expect(await reply.json()).toEqual({
    code: 'METHOD_NOT_ALLOWED',
    message: '/api/v1/lineage takes POST, and not GET.',
    path: null,
  });
});

test('clients that send at once do not get in each other’s way', async () => {
  const runs = Array.from({ length: 24 }, (_, i) =>
    event({
      run: { runId: `01941f29-7c00-7000-8000-0000000001${String(i).padStart(2, '0')}` },
      eventTime: `2026-01-02T10:00:${String(i).padStart(2, '0')}Z`,
    }),
  );
  const answers = await Promise.all(runs.map((body) => send(body)));
  expect(answers.map(({ status }) => status)).toEqual(runs.map(() => 201));
});
