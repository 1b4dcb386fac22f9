import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MlflowClient, ok, sendRaw } from '../support/mlflow.ts';
import { type Mlflow, startMlflow } from '../support/mlflowServer.ts';

let mlflow: Mlflow;
let client: MlflowClient;

beforeAll(async () => {
  mlflow = await startMlflow(afterAll);
  client = mlflow.client;
});

const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const raw = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) =>
  sendRaw(mlflow.cadastre.url, {
    method,
    path,
    headers: { authorization: `Bearer ${mlflow.cadastre.admin.token}`, ...headers },
    ...(body !== undefined && { body }),
  });

describe('what the client of MLflow 3 does', () => {
  test('a model is logged, registered and loaded again, with the bytes that were written', async () => {
    // set_experiment: looked up, and made when it is not there.
    expect(await client.get('/experiments/get-by-name', { experiment_name: 'Claims' })).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
    const { experiment_id: experiment } = await ok(client.post('/experiments/create', { name: 'Claims', tags: [] }));
    // start_run, log_params, log_metrics.
    const { run } = await ok(
      client.post('/runs/create', {
        experiment_id: experiment,
        user_id: 'ada',
        start_time: Date.now(),
        run_name: 'nightly',
        tags: [
          { key: 'mlflow.user', value: 'ada' },
          { key: 'mlflow.source.git.commit', value: 'f00' },
        ],
      }),
    );
    const runId = run.info.run_id;
    await ok(client.post('/runs/log-batch', { run_id: runId, params: [{ key: 'depth', value: '4' }], metrics: [], tags: [] }));
    await ok(
      client.post('/runs/log-metric', {
        run_uuid: runId,
        run_id: runId,
        key: 'auc',
        value: 0.91,
        timestamp: Date.now(),
        step: 0,
        model_id: '',
      }),
    );
    // log_model: a logged model is made, filled and finished.
    const { model } = await ok(
      client.post('/logged-models', {
        experiment_id: experiment,
        name: 'model',
        model_type: '',
        source_run_id: runId,
        params: [{ key: 'max_depth', value: '4' }],
        tags: [],
      }),
    );
    const { model_id: modelId, artifact_uri: uri } = model.info;
    await ok(client.post('/runs/outputs', { run_id: runId, models: [{ model_id: modelId, step: 0 }] }));
    const files = new Map([
      [
        'MLmodel',
        'flavors:\n  sklearn: {}\nsignature:\n  inputs: \'[{"type": "double", "name": "age"}]\'\n  outputs: \'[{"type": "double"}]\'\n',
      ],
      ['model.pkl', randomBytes(300_000).toString('latin1')],
      ['requirements.txt', 'scikit-learn==1.7\n'],
      ['data/nested/file with spaces.json', '{}'],
    ]);
    for (const [path, content] of files) expect((await client.artifact('PUT', `${uri}/${path}`, content)).status).toBe(200);
    expect(
      (await ok(client.patch(`/logged-models/${modelId}`, { model_id: modelId, status: 'LOGGED_MODEL_READY' }))).model.info
        .status,
    ).toBe('LOGGED_MODEL_READY');
    // registered_model_name=…
    await ok(client.post('/registered-models/create', { name: 'claims', tags: [], description: '' }));
    const { model_version: version } = await ok(
      client.post('/model-versions/create', {
        name: 'claims',
        source: `models:/${modelId}`,
        run_id: runId,
        tags: [],
        run_link: '',
        description: '',
        model_id: modelId,
      }),
    );
    expect(version).toMatchObject({ version: '1', status: 'READY', model_id: modelId, run_id: runId });
    await ok(client.post('/runs/update', { run_id: runId, status: 'FINISHED', end_time: Date.now() }));
    // load_model('models:/claims/1'): where it is, what is there, and all of it.
    const { artifact_uri: sealed } = await ok(client.get('/model-versions/get-download-uri', { name: 'claims', version: '1' }));
    const found = new Map<string, string>();
    const walk = async (folder: string): Promise<void> => {
      for (const { path, is_dir: isFolder, file_size: size } of (await ok(client.folder(`${sealed}${folder}`))).files) {
        if (isFolder) await walk(`${folder}/${path}`);
        else {
          const { text } = await client.artifact('GET', `${sealed}${folder}/${path}`);
          expect(Buffer.byteLength(text)).toBe(size);
          found.set(`${folder}/${path}`.slice(1), text);
        }
      }
    };
    await walk('');
    expect(found).toEqual(new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))));

    const { model: shown } = await mlflow.ask(
      '{ model(name: "claims") { latest { number state runId codeCommit signature { inputs { name } } } } }',
    );
    expect(shown.latest).toMatchObject({
      number: 1,
      state: 'SEALED',
      runId,
      codeCommit: 'f00',
      signature: { inputs: [{ name: 'age' }] },
    });
  });

  test('production is not reached by an alias, and the client is told why', async () => {
    const reply = await client.post('/registered-models/alias', { name: 'claims', alias: 'production', version: '1' });
    expect([reply.status, reply.body.error_code]).toEqual([403, 'PERMISSION_DENIED']);
    expect(reply.body.message).toMatch(/stage "production" is guarded by the approval policy "production"/);
    const trail = await mlflow.ask('{ auditTrail(first: 1) { edges { node { action outcome reason } } } }');
    expect(trail.auditTrail.edges[0].node).toMatchObject({ action: 'registry.stage.refused.v1', outcome: 'REFUSED' });
  });

  test('large artifacts come and go as streams, and come out as they went in', async () => {
    const { run } = await ok(client.post('/runs/create', {}));
    const bytes = randomBytes(24 * 1024 * 1024);
    expect((await client.artifact('PUT', `${run.info.artifact_uri}/weights.bin`, bytes)).status).toBe(200);
    const response = await fetch(`${mlflow.cadastre.url}/get-artifact?run_uuid=${run.info.run_id}&path=weights.bin`, {
      headers: { authorization: `Bearer ${mlflow.cadastre.admin.token}` },
    });
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(sha(new Uint8Array(await response.arrayBuffer()))).toBe(sha(bytes));
    expect((await client.artifact('PUT', `${run.info.artifact_uri}/empty`, '')).status).toBe(200);
    expect((await ok(client.folder(run.info.artifact_uri))).files).toEqual([
      { path: 'empty', is_dir: false, file_size: 0 },
      { path: 'weights.bin', is_dir: false, file_size: bytes.length },
    ]);
  });

  test('it asks whether the server is there, and which one', async () => {
    for (const [path, text] of [
      ['/health', /^OK$/],
      ['/version', /^3\.\d+\.\d+$/],
    ] as const) {
      const response = await fetch(`${mlflow.cadastre.url}${path}`);
      expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(text)]);
    }
  });

  test('pages of a server ask below another address', async () => {
    const ajax = new MlflowClient(mlflow.cadastre.url, mlflow.cadastre.admin.token, { base: '/ajax-api/2.0' });
    expect((await ok(ajax.get('/experiments/search', { max_results: 5 }))).experiments.length).toBeGreaterThan(0);
    expect((await ok(ajax.post('/experiments/search', {}))).experiments.length).toBeGreaterThan(0);
  });

  test('what is not there is told as something that is not there', async () => {
    for (const [method, path] of [
      ['POST', '/api/2.0/mlflow/traces'],
      ['GET', '/api/3.0/mlflow/server-info'],
      ['DELETE', '/api/2.0/mlflow/runs/get'],
      ['PATCH', '/api/2.0/mlflow/nothing'],
    ] as const) {
      const { status, text } = await raw(method, path, { 'content-type': 'application/json' }, '{}');
      expect([status, JSON.parse(text).error_code]).toEqual([404, 'ENDPOINT_NOT_FOUND']);
    }
  });
});
