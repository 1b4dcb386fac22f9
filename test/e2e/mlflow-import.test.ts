import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeServerFile } from '../../app/serverFile.ts';
import { type MlflowClient, type MlflowReply, ok } from '../support/mlflow.ts';
import { type Mlflow, startMlflow } from '../support/mlflowServer.ts';
import { type Ended, run as runProgram } from './program.ts';
import { begunHome, temporaryHome } from './running.ts';

type Json = MlflowReply['body'];

// Each import is a program that starts.
vi.setConfig({ testTimeout: 120_000 });

let target: Mlflow;
let client: MlflowClient;
let home: string;

beforeAll(async () => {
  target = await startMlflow(afterAll);
  client = target.client;
  home = await begunHome(afterAll);
  await writeServerFile(home, { url: target.cadastre.url, pid: process.pid });
});

const importFrom = (from: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runProgram(home, ['models', 'import-mlflow', from, '--json'], { CADASTRE_TOKEN: target.cadastre.admin.token, ...environment });
const byKey = (pairs: Json = []) => Object.fromEntries(pairs.map(({ key, value }: Json) => [key, value]));
const trail = async (): Promise<readonly { readonly id: string; readonly action: string }[]> => {
  const { auditTrail } = await target.ask('{ auditTrail(first: 100) { edges { node { id action } } } }');
  return auditTrail.edges.map(({ node }: Json) => node);
};

const RUN = '0123456789abcdef0123456789abcdef';
const DELETED = 'f'.repeat(32);

/** What a client without a server leaves in `mlruns`. */
async function writeRuns(root: string): Promise<void> {
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  };
  await write(
    '0/meta.yaml',
    "artifact_location: file:///somewhere/mlruns/0\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n",
  );
  await write(
    '7/meta.yaml',
    "artifact_location: file:///somewhere/mlruns/7\ncreation_time: 1700000000000\nexperiment_id: '7'\nlifecycle_stage: active\nname: Pricing\n",
  );
  await write('7/tags/team', 'risk');
  await write(
    `7/${RUN}/meta.yaml`,
    `artifact_uri: file:///etc\nend_time: 1700000005000\nexperiment_id: '7'\nlifecycle_stage: active\nrun_id: ${RUN}\nrun_name: nightly\nstart_time: 1700000001000\nstatus: 3\nuser_id: ada\n`,
  );
  await write(`7/${RUN}/params/depth`, '6');
  await write(`7/${RUN}/tags/mlflow.runName`, 'nightly');
  await write(`7/${RUN}/tags/mlflow.source.git.commit`, 'abc');
  await write(`7/${RUN}/metrics/auc`, '1700000002000 0.8 0\n1700000003000 0.9 1\n');
  await write(`7/${RUN}/metrics/val/loss`, '1700000002000 nan 0\n');
  await write(`7/${RUN}/artifacts/model/MLmodel`, 'flavors: {}\n');
  await write(`7/${RUN}/artifacts/model/data/weights.bin`, 'weights');
  await symlink('/etc/passwd', path.join(root, `7/${RUN}/artifacts/model/passwd`));
  await write(`7/${DELETED}/meta.yaml`, `lifecycle_stage: deleted\nrun_id: ${DELETED}\n`);
  await write('models/price/meta.yaml', 'creation_timestamp: 1700000006000\ndescription: What it costs\nname: price\n');
  await write('models/price/tags/owner', 'risk');
  await write('models/price/aliases/champion', '3');
  await write('models/price/aliases/production', '1');
  const version = (number: number, source: string, stage: string) =>
    write(
      `models/price/version-${number}/meta.yaml`,
      `creation_timestamp: 170000000${number}000\ncurrent_stage: ${stage}\ndescription: null\nname: price\nrun_id: ${RUN}\nsource: ${source}\nversion: '${number}'\n`,
    );
  await version(1, `file:///somewhere/mlruns/7/${RUN}/artifacts/model`, 'Production');
  await version(3, `runs:/${RUN}/model`, 'None');
  await version(4, 's3://bucket/elsewhere', 'None');
  await write('models/price/version-3/tags/checked', 'yes');
}

describe('a folder mlruns', () => {
  let folder: string;

  beforeAll(async () => {
    folder = path.join(await temporaryHome(afterAll), 'mlruns');
    await writeRuns(folder);
  });

  test('is brought with everything that is in it, labelled, under the ids and numbers that it has', async () => {
    const { code, stdout, stderr } = await importFrom(folder);
    expect([code, stderr]).toEqual([0, expect.stringContaining('price@production was version 1 there and is not here')]);
    expect(stderr).toContain('price:4 was made from s3://bucket/elsewhere');
    expect(JSON.parse(stdout)).toMatchObject({ experiments: 2, runs: 1, metricValues: 3, models: 1, versions: 3, artifacts: 2 });

    const { experiment } = await ok(client.get('/experiments/get-by-name', { experiment_name: 'Pricing' }));
    expect(byKey(experiment.tags)).toEqual({
      team: 'risk',
      'cadastre.imported.from': 'folder mlruns',
      'cadastre.imported.createdAt': '2023-11-14T22:13:20.000Z',
    });
    // Recorded is when it came, whatever it says of itself.
    expect(experiment.creation_time).toBeGreaterThan(1_700_000_010_000);
    const { run } = await ok(client.get('/runs/get', { run_id: RUN }));
    expect(run.info).toMatchObject({
      run_name: 'nightly',
      user_id: 'ada',
      status: 'FINISHED',
      start_time: 1_700_000_001_000,
      end_time: 1_700_000_005_000,
      experiment_id: experiment.experiment_id,
    });
    expect([byKey(run.data.params), run.data.metrics.map(({ key, value }: Json) => [key, value])]).toEqual([
      { depth: '6' },
      [
        ['auc', 0.9],
        ['val/loss', 'NaN'],
      ],
    ]);
    expect((await ok(client.get('/metrics/get-history', { run_id: RUN, metric_key: 'auc' }))).metrics).toHaveLength(2);
    expect((await ok(client.get('/artifacts/list', { run_id: RUN, path: 'model' }))).files).toEqual([
      { path: 'model/MLmodel', is_dir: false, file_size: 12 },
      { path: 'model/data', is_dir: true },
    ]);
    expect((await client.get('/runs/get', { run_id: DELETED })).status).toBe(404);

    const { registered_model: model } = await ok(client.get('/registered-models/get', { name: 'price' }));
    expect([model.description, model.aliases, byKey(model.tags)['owner']]).toEqual([
      'What it costs',
      [{ alias: 'champion', version: '3' }],
      'risk',
    ]);
    const { model_versions: versions } = await ok(
      client.get('/model-versions/search', { filter: "name = 'price'", order_by: ['version_number ASC'] }),
    );
    expect(versions.map(({ version, source }: Json) => [version, source])).toEqual([
      ['1', `runs:/${RUN}/model`],
      ['3', `runs:/${RUN}/model`],
      ['4', `runs:/${RUN}/imported`],
    ]);
    expect(byKey(versions[0].tags)).toMatchObject({ 'cadastre.imported.stage': 'Production', 'cadastre.imported.version': '1' });
    expect([byKey(versions[1].tags)['checked'], versions[0].current_stage]).toEqual(['yes', 'None']);
    const { artifact_uri: sealed } = await ok(client.get('/model-versions/get-download-uri', { name: 'price', version: '3' }));
    expect((await client.artifact('GET', `${sealed}/data/weights.bin`)).text).toBe('weights');
  });

  test('is brought once, however often', async () => {
    const [last] = await trail();
    const { code, stdout } = await importFrom(folder);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ runs: 1, versions: 3, artifacts: 0 })]);
    const { model_versions: versions } = await ok(client.get('/model-versions/search', { filter: "name = 'price'" }));
    expect(versions).toHaveLength(3);
    const after = await trail();
    // That production is refused is told each time, and nothing else happened.
    const since = after.slice(
      0,
      after.findIndex(({ id }) => id === last?.id),
    );
    expect(since.map(({ action }) => action)).toEqual(['registry.stage.refused.v1']);
  });

  test('that is none is refused', async () => {
    expect(await importFrom(path.join(folder, '7'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no experiments'),
    });
    expect(await importFrom('/no/such/folder')).toMatchObject({ code: 2, stderr: expect.stringContaining('no folder') });
  });
});

describe('a running server', () => {
  let source: Mlflow;

  beforeAll(async () => {
    source = await startMlflow(afterAll);
    const from = source.client;
    const { experiment_id: experiment } = await ok(from.post('/experiments/create', { name: 'Fleet' }));
    const { run } = await ok(from.post('/runs/create', { experiment_id: experiment, start_time: 5, run_name: 'first' }));
    const id = run.info.run_id;
    const metrics = Array.from({ length: 900 }, (_, i) => ({ key: 'loss', value: 1 / (i + 1), timestamp: i, step: i }));
    await ok(from.post('/runs/log-batch', { run_id: id, metrics, params: [{ key: 'eta', value: '0.1' }] }));
    await ok(
      from.post('/runs/log-inputs', {
        run_id: id,
        datasets: [{ tags: [], dataset: { name: 'cars', digest: 'd', source_type: 'local', source: '{}' } }],
      }),
    );
    await from.artifact('PUT', `${run.info.artifact_uri}/plots/loss.txt`, 'down');
    const { model } = await ok(
      from.post('/logged-models', {
        experiment_id: experiment,
        name: 'net',
        source_run_id: id,
        params: [{ key: 'layers', value: '3' }],
      }),
    );
    await from.artifact('PUT', `${model.info.artifact_uri}/MLmodel`, 'flavors: {}\n');
    await ok(
      from.post('/runs/log-metric', {
        run_id: id,
        key: 'auc',
        value: 0.8,
        timestamp: 1,
        model_id: model.info.model_id,
        dataset_name: 'cars',
        dataset_digest: 'd',
      }),
    );
    await ok(from.patch(`/logged-models/${model.info.model_id}`, { status: 'LOGGED_MODEL_READY' }));
    await ok(from.post('/registered-models/create', { name: "fleet's" }));
    await ok(
      from.post('/model-versions/create', {
        name: "fleet's",
        source: `models:/${model.info.model_id}`,
        model_id: model.info.model_id,
        run_id: id,
      }),
    );
    await ok(from.post('/registered-models/alias', { name: "fleet's", alias: 'champion', version: '1' }));
  });

  test('is brought by its own addresses, page by page', async () => {
    const { code, stdout, stderr } = await importFrom(source.cadastre.url, {
      MLFLOW_TRACKING_USERNAME: 'x',
      MLFLOW_TRACKING_PASSWORD: source.cadastre.admin.token,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      runs: 1,
      metricValues: 901,
      loggedModels: 1,
      models: 1,
      versions: 1,
      artifacts: 2,
    });
    const { runs } = await ok(
      client.post('/runs/search', {
        experiment_ids: [
          (await ok(client.get('/experiments/get-by-name', { experiment_name: 'Fleet' }))).experiment.experiment_id,
        ],
      }),
    );
    expect(runs).toHaveLength(1);
    expect(runs[0].inputs.dataset_inputs[0].dataset.name).toBe('cars');
    expect((await client.artifact('GET', `${runs[0].info.artifact_uri}/plots/loss.txt`)).text).toBe('down');
    expect(
      (await ok(client.get('/metrics/get-history', { run_id: runs[0].info.run_id, metric_key: 'loss' }))).metrics,
    ).toHaveLength(900);
    const { model_version: version } = await ok(client.get('/registered-models/alias', { name: "fleet's", alias: 'champion' }));
    expect(version).toMatchObject({ version: '1', run_id: runs[0].info.run_id });
    expect((await ok(client.get('/model-versions/get-download-uri', { name: "fleet's", version: '1' }))).artifact_uri).toMatch(
      /^mlflow-artifacts:\/model-versions\/mdv_/,
    );
    const { model } = await ok(client.get(`/logged-models/${runs[0].outputs.model_outputs[0].model_id}`));
    expect([model.info.status, model.data.metrics[0]]).toEqual([
      'LOGGED_MODEL_READY',
      expect.objectContaining({ key: 'auc', value: 0.8, dataset_name: 'cars' }),
    ]);
  });

  test('that does not let us in is told so', async () => {
    const { code, stderr } = await importFrom(source.cadastre.url, { MLFLOW_TRACKING_TOKEN: 'guess' });
    expect([code, stderr]).toEqual([4, expect.stringMatching(/UNAUTHENTICATED/)]);
    expect(await importFrom('http://127.0.0.1:9')).toMatchObject({ code: 5, stderr: expect.stringContaining('No answer') });
  });
});
