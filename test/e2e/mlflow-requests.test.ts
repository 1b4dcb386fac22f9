import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MlflowClient, ok, sendRaw } from '../support/mlflow.ts';
import { type Mlflow, startMlflow } from '../support/mlflowServer.ts';

let mlflow: Mlflow;
let client: MlflowClient;

beforeAll(async () => {
  mlflow = await startMlflow(afterAll);
  client = mlflow.client;
});

const raw = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) =>
  sendRaw(mlflow.cadastre.url, {
    method,
    path,
    headers: { authorization: `Bearer ${mlflow.cadastre.admin.token}`, ...headers },
    ...(body !== undefined && { body }),
  });

describe('who asks', () => {
  const key = async (roles: readonly string[]): Promise<string> => {
    const input = { idempotencyKey: randomUUID(), name: 'Bo', email: `${randomUUID()}@example.com`, roles };
    const made = await mlflow.ask(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { ... on UserCreated { user { id } } } }',
      { input },
    );
    const wanted = { idempotencyKey: randomUUID(), principalId: made.createUser.user.id, label: 'x' };
    const { createAccessKey } = await mlflow.ask(
      'mutation($input: CreateAccessKeyInput!) { createAccessKey(input: $input) { ... on AccessKeyCreated { token } } }',
      { input: wanted },
    );
    return createAccessKey.token;
  };
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  test('the token is a password, a name or a bearer', async () => {
    const { token } = mlflow.cadastre.admin;
    for (const headers of [basic(`ada:${token}`), basic(`:${token}`), basic(`${token}:`), { authorization: `Bearer ${token}` }])
      expect((await raw('GET', '/api/2.0/mlflow/experiments/get?experiment_id=0', headers)).status).toBe(200);
  });

  test.each([
    ['no token', { authorization: '' }],
    ['a wrong password', { authorization: `Basic ${Buffer.from('ada:guess').toString('base64')}` }],
    ['nothing in it', { authorization: `Basic ${Buffer.from(':').toString('base64')}` }],
    ['a wrong bearer', { authorization: 'Bearer guess' }],
  ])('%s is refused in the words of MLflow', async (_what, headers) => {
    for (const path of [
      '/api/2.0/mlflow/experiments/get?experiment_id=0',
      '/api/2.0/mlflow-artifacts/artifacts?path=0',
      '/get-artifact?run_id=x&path=y',
    ]) {
      const { status, text } = await raw('GET', path, headers);
      expect([status, JSON.parse(text)]).toEqual([401, { error_code: 'UNAUTHENTICATED', message: expect.any(String) }]);
    }
  });

  test('a password opens these addresses alone', async () => {
    const response = await fetch(`${mlflow.cadastre.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic(`:${mlflow.cadastre.admin.token}`) },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });

  test('who may only read is refused before an artifact is read', async () => {
    const analyst = new MlflowClient(mlflow.cadastre.url, await key(['analyst']));
    const { run } = await ok(client.post('/runs/create', {}));
    const denied = {
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: expect.stringContaining('registry.create') },
    };
    expect(await analyst.artifact('PUT', `${run.info.artifact_uri}/x`, 'x'.repeat(1_000_000))).toMatchObject(denied);
    expect(await analyst.post('/runs/create', {})).toMatchObject(denied);
    expect(await analyst.post('/registered-models/create', { name: 'mine' })).toMatchObject(denied);
    expect((await analyst.get('/runs/get', { run_id: run.info.run_id })).status).toBe(200);
  });
});

describe('what is sent wrongly', () => {
  test.each([
    ['half of a body', '{"name":', 'application/json'],
    ['a list', '[]', 'application/json'],
    ['a text', '"{}"', 'application/json'],
    ['another type', 'name=x', 'application/x-www-form-urlencoded'],
    ['plain text', '{"name":"x"}', 'text/plain'],
    ['a prototype', '{"name":"x","__proto__":{"a":1}}', 'application/json'],
    ['a NUL', '{"name":"a\\u0000b"}', 'application/json'],
    ['half of a character', '{"name":"a\\ud800"}', 'application/json'],
    ['a number for a name', '{"name":5}', 'application/json'],
  ])('%s is refused', async (_what, body, type) => {
    const { status, text } = await raw('POST', '/api/2.0/mlflow/experiments/create', { 'content-type': type }, body);
    expect([status, JSON.parse(text)]).toEqual([400, { error_code: 'INVALID_PARAMETER_VALUE', message: expect.any(String) }]);
  });

  test('paths that lead out are refused in every spelling, and nothing of a disk is shown', async () => {
    const { run } = await ok(client.post('/runs/create', {}));
    const root = `/api/2.0/mlflow-artifacts/artifacts/0/${run.info.run_id}/artifacts`;
    const spellings = [
      '/../../../../etc/passwd',
      '/..%2f..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/%252e%252e/etc/passwd',
      '/..%5c..%5cetc/passwd',
      '/a/../../b',
      '//etc/passwd',
      '/%00',
      '/a%23/../b',
      '/C:%5cwindows',
      '/file:%2f%2f%2fetc/passwd',
    ];
    for (const path of spellings)
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status, text } = await raw(method, `${root}${path}`, {}, method === 'PUT' ? 'x' : undefined);
        expect([path, method, status]).toEqual([path, method, 400]);
        expect(text).not.toMatch(/root:|ENOENT|\/work\//);
      }
    for (const path of ['../../etc/passwd', '%2e%2e', '/etc/passwd'])
      expect((await client.get('/artifacts/list', { run_id: run.info.run_id, path })).status).toBe(400);
    expect(await raw('GET', `/get-artifact?run_id=${run.info.run_id}&path=../x`)).toMatchObject({ status: 400 });
    expect((await ok(client.folder(run.info.artifact_uri))).files).toEqual([]);
  });

  test('the past is not asked here', async () => {
    const { status, text } = await raw('GET', '/api/2.0/mlflow/experiments/get?experiment_id=0', {
      'cadastre-as-of': '2020-01-01T00:00:00Z',
    });
    expect([status, JSON.parse(text).error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});
