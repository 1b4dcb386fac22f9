import { createHash } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';
import { MLMODEL, trainedRuns } from './trainedRuns.ts';

describeOnOneEngine('models and versions of clients of MLflow', (open) => {
  let tracking: Tracking;
  const { call, start, put, fresh, row, trained } = trainedRuns(() => tracking);
  const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

  beforeAll(async () => {
    tracking = await track(await open());
  });

  test('who may not make versions has nothing read', async () => {
    const [name, info] = [await fresh(), await trained()];
    const analyst = await newcomer(tracking, 'user', ['analyst']);
    const asked = vi.spyOn(tracking.kernel.blobs, 'sizeOf');
    const wanted = { name, source: `runs:/${info.run_id}/model` };
    expect(await call('POST /model-versions/create', wanted, analyst)).toMatchObject({
      status: 403,
      error_code: 'PERMISSION_DENIED',
    });
    expect(asked).not.toHaveBeenCalled();
    expect(await call('POST /model-versions/create', wanted)).toMatchObject({ model_version: { version: '1' } });
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('a version is sealed at once, with everything under its source and what is known of its run', async () => {
    const [name, info] = [await fresh(), await trained()];
    const { model_version: made } = await call('POST /model-versions/create', {
      name,
      source: `runs:/${info.run_id}/model`,
      run_id: info.run_id,
    });
    expect(made).toMatchObject({ version: '1', status: 'READY', run_id: info.run_id, source: `runs:/${info.run_id}/model` });
    const version = await row(name, 1);
    expect(version).toMatchObject({ state: 'SEALED', code_commit: 'abc123', content_digest: sha(version.manifest) });
    expect(JSON.parse(version.manifest)).toMatchObject({
      artifacts: [
        { path: 'MLmodel', sizeBytes: MLMODEL.length, digest: sha(MLMODEL) },
        { path: 'data/model.pkl', digest: sha('\u0080pickled') },
      ],
      params: { depth: '6' },
      codeCommit: 'abc123',
      signature: { inputs: [{ name: 'age', type: 'double' }], outputs: [{ name: 'risk' }] },
      datasets: [{ role: 'TEST', urn: 'urn:cadastre:dataset:mlflow://local,policies', digest: 'd1' }],
    });
    const artifacts = await tracking.db.query(
      'select path, is_executable from registry.artifact where version_id = $1 order by path',
      [version.id],
    );
    expect(artifacts).toEqual([
      { path: 'MLmodel', is_executable: false },
      { path: 'data/model.pkl', is_executable: true },
    ]);
    const evidence = await tracking.db.query<Payload>(
      'select kind, tool, producer_id, subject_digest, value from kernel.evidence where subject_id = $1',
      [version.id],
    );
    expect(evidence.map(({ value, ...rest }) => ({ ...rest, value: JSON.parse(value) }))).toEqual([
      {
        kind: 'metrics',
        tool: 'mlflow',
        producer_id: tracking.admin.id,
        subject_digest: version.content_digest,
        value: { auc: 0.9, val_loss: 0.1 },
      },
    ]);
    const actions = await tracking.db.query<{ action: string }>(
      'select action from kernel.audit_event where subject_id = $1 order by seq',
      [version.id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'registry.version.created.v1',
      'registry.version.described.v1',
      'registry.version.sealed.v1',
    ]);
  });

  test('what the run becomes later changes nothing of the version, and clients are led to what was sealed', async () => {
    const [name, info] = [await fresh(), await trained()];
    await call('POST /model-versions/create', { name, source: `runs:/${info.run_id}/model` });
    const { artifact_uri: uri } = await call('GET /model-versions/get-download-uri', { name, version: '1' });
    expect(uri).toBe(`mlflow-artifacts:/model-versions/${(await row(name, 1)).id}`);
    const sealed = uri.replace('mlflow-artifacts:/', '');
    await put(info, 'model/MLmodel', 'overwritten');
    await tracking.bytes('DELETE', `${info.artifact_uri.replace('mlflow-artifacts:/', '')}/model/data`);
    await call('POST /runs/delete', { run_id: info.run_id });
    expect(await tracking.bytes('GET', `${sealed}/MLmodel`)).toEqual({ status: 200, text: MLMODEL });
    expect((await tracking.bytes('GET', `${sealed}/data/model.pkl`)).text).toBe('\u0080pickled');
    for (const method of ['PUT', 'DELETE'] as const)
      expect((await tracking.bytes(method, `${sealed}/MLmodel`, 'x')).text).toMatch(/PERMISSION_DENIED.*sealed/);
  });

  test('a version is made of a logged model, which says so', async () => {
    const name = await fresh();
    const info = await start();
    await call('POST /runs/log-metric', { run_id: info.run_id, key: 'auc', value: 0.7, timestamp: 1 });
    const { model } = await call('POST /logged-models', {
      experiment_id: '0',
      name: 'tree',
      source_run_id: info.run_id,
      params: [{ key: 'eta', value: '0.1' }],
    });
    const id = model.info.model_id;
    await call('POST /runs/log-metric', { run_id: info.run_id, key: 'f1', value: 0.6, timestamp: 1, model_id: id });
    expect(
      (await tracking.bytes('PUT', `${model.info.artifact_uri.replace('mlflow-artifacts:/', '')}/MLmodel`, MLMODEL)).status,
    ).toBe(200);
    const { model_version: made } = await call('POST /model-versions/create', { name, source: `models:/${id}`, model_id: id });
    expect(made).toMatchObject({ run_id: info.run_id, model_id: id });
    expect(await row(name, 1)).toMatchObject({ state: 'SEALED', params: { eta: '0.1' } });
    const { model: told } = await call(`GET /logged-models/${id}`);
    expect(told.info.tags).toEqual([{ key: 'mlflow.modelVersions', value: JSON.stringify([{ name, version: 1 }]) }]);
    const [{ value }] = (await tracking.db.query<Payload>('select value from kernel.evidence where subject_id = $1', [
      (await row(name, 1)).id,
    ])) as [Payload];
    expect(JSON.parse(value)).toEqual({ auc: 0.7, f1: 0.6 });
    expect(await call('POST /model-versions/create', { name, source: `models:/m-${'0'.repeat(32)}` })).toMatchObject({
      status: 400,
      message: expect.stringContaining('Unable to fetch model'),
    });
  });

  test('a model that is not safe to load is not taken', async () => {
    const [name, info] = [await fresh(), await start()];
    await put(info, 'model/model.onnx', 'this is no model');
    expect(await call('POST /model-versions/create', { name, source: `runs:/${info.run_id}/model` })).toMatchObject({
      status: 400,
      error_code: 'INVALID_PARAMETER_VALUE',
      message: expect.stringContaining('"model.onnx" is not taken'),
    });
    expect(await row(name, 1)).toBeUndefined();
  });

  test('a copy of a sealed version is sealed with the same artifacts', async () => {
    const [name, info, other] = [await fresh(), await trained(), await fresh()];
    await call('POST /model-versions/create', { name, source: `runs:/${info.run_id}/model` });
    const { model_version: copy } = await call('POST /model-versions/create', { name: other, source: `models:/${name}/1` });
    expect(copy).toMatchObject({ version: '1', source: `models:/${name}/1`, run_id: info.run_id });
    const [a, b] = [JSON.parse((await row(name, 1)).manifest), JSON.parse((await row(other, 1)).manifest)];
    expect([b.artifacts, b.params, b.signature]).toEqual([a.artifacts, a.params, a.signature]);
  });

  test.each([
    'file:///etc/passwd',
    's3://bucket/x',
    '/etc',
    'models:/nobody/1',
    'mlflow-artifacts:/../x',
    `runs:/${'a'.repeat(32)}/../x`,
  ])('nothing is made of %s', async (source) => {
    const name = await fresh();
    expect((await call('POST /model-versions/create', { name, source })).status).toBeGreaterThanOrEqual(400);
    expect(await row(name, 1)).toBeUndefined();
  });

  test('who come at once get different numbers, and lose no tag', async () => {
    const name = await fresh();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => call('POST /model-versions/create', { name, source: 'runs:/r/model' })),
    );
    expect(made.map(({ model_version: { version } }) => Number(version)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const keys = Array.from({ length: 10 }, (_, i) => `k${i}`);
    const set = await Promise.all(
      keys.flatMap((key) => [
        call('POST /registered-models/set-tag', { name, key, value: key }),
        call('POST /model-versions/set-tag', { name, version: '1', key, value: key }),
      ]),
    );
    expect(set).toEqual(set.map(() => ({ status: 200 })));
    const { registered_model: model } = await call('GET /registered-models/get', { name });
    const { model_version: version } = await call('GET /model-versions/get', { name, version: '1' });
    for (const tags of [model.tags, version.tags]) expect(tags.map(({ key }: Payload) => key)).toEqual(keys);
  });
});
