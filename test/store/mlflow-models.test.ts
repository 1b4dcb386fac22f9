import { beforeAll, describe, expect, test } from 'vitest';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';
import { MLMODEL, trainedRuns } from './trainedRuns.ts';

describeOnOneEngine('models and artifacts of clients of MLflow', (open) => {
  let tracking: Tracking;
  const { call, start, fresh, row, trained } = trainedRuns(() => tracking);

  beforeAll(async () => {
    tracking = await track(await open());
  });

  test('models that the caller may not read are not there', async () => {
    const name = await fresh();
    await call('POST /model-versions/create', { name, source: 'runs:/r/model', run_id: 'hidden' });
    const nobody = await newcomer(tracking, 'user', []);
    expect(await call('GET /registered-models/get', { name }, nobody)).toMatchObject({
      status: 404,
      message: `Registered Model with name=${name} not found`,
    });
    expect(await call('GET /model-versions/get', { name, version: '1' }, nobody)).toMatchObject({ status: 404 });
    expect(await call('GET /registered-models/search', {}, nobody)).toEqual({ status: 200 });
    expect(await call('GET /model-versions/search', {}, nobody)).toEqual({ status: 200 });
    expect((await tracking.bytes('GET', `model-versions/${(await row(name, 1)).id}/x`, '', nobody)).status).toBe(404);
  });

  test('versions are searched by what they are', async () => {
    const name = await fresh();
    for (const [i, run] of ['a', 'b', 'c'].entries())
      await call('POST /model-versions/create', {
        name,
        source: `runs:/${run}/m`,
        run_id: run,
        tags: [{ key: 'n', value: `${i}` }, ...(i === 1 ? [{ key: 'odd key', value: 'x' }] : [])],
      });
    const found = async (filter: string) => {
      const { model_versions: rows = [], message } = await call('GET /model-versions/search', {
        filter: `name = '${name}' and ${filter}`,
        order_by: ['version_number ASC'],
      });
      return message ?? rows.map(({ version }: Payload) => version);
    };
    expect(await found('version_number > 1')).toEqual(['2', '3']);
    expect(await found("run_id IN ('a', 'c', 'x')")).toEqual(['1', '3']);
    expect(await found("source_path LIKE 'runs:/_/m'")).toEqual(['1', '2', '3']);
    expect(await found("tags.n != '0'")).toEqual(['2', '3']);
    expect(await found("tags.`odd key` = 'x'")).toEqual(['2']);
    expect(await found("run_id NOT IN ('a')")).toMatch(/Invalid comparator NOT IN/);
    expect(await found("current_stage = 'None'")).toMatch(/Invalid attribute key/);
  });

  test('texts for language models stand apart, as clients of MLflow expect', async () => {
    const name = await fresh();
    await call('POST /registered-models/set-tag', { name, key: 'mlflow.prompt.is_prompt', value: 'true' });
    const names = async (filter: string) =>
      ((await call('GET /registered-models/search', { filter })).registered_models ?? []).map((model: Payload) => model.name);
    expect(await names(`name = '${name}'`)).toEqual([]);
    expect(await names(`name = '${name}' and tags.\`mlflow.prompt.is_prompt\` = 'true'`)).toEqual([name]);
  });

  test.each([
    ['POST /registered-models/create', {}, "Missing value for required parameter 'name'"],
    ['POST /registered-models/create', { name: 'a/b' }, 'a model has no /'],
    ['POST /registered-models/create', { name: 'chùrn\u202E' }, 'cannot be seen'],
    ['GET /registered-models/search', { max_results: 1_001 }, 'at most 1000'],
    ['GET /registered-models/search', { max_results: 0 }, 'max_results'],
    ['GET /model-versions/search', { max_results: 200_001 }, 'at most 200000'],
    ['GET /registered-models/search', { filter: "name = 'a" }, 'Invalid clause'],
    ['GET /registered-models/search', { filter: `name LIKE '${'%_'.repeat(5_000)}'` }, 'wildcards'],
    ['GET /registered-models/search', { page_token: 'x' }, 'Invalid page token'],
    ['GET /registered-models/search', { order_by: ['drop table'] }, 'Invalid attribute key'],
  ])('%s %j is refused', async (place, args, message) => {
    expect(await call(place, args)).toMatchObject({
      status: 400,
      error_code: 'INVALID_PARAMETER_VALUE',
      message: expect.stringContaining(message),
    });
  });

  describe('artifacts', () => {
    test('are listed folder by folder, and a path is a file or a folder', async () => {
      const info = await trained();
      const list = async (path?: string) => (await call('GET /artifacts/list', { run_id: info.run_id, path })).files;
      expect(await list()).toEqual([
        { path: 'model', is_dir: true },
        { path: 'notes.txt', is_dir: false, file_size: 16 },
      ]);
      expect(await list('model')).toEqual([
        { path: 'model/MLmodel', is_dir: false, file_size: MLMODEL.length },
        { path: 'model/data', is_dir: true },
      ]);
      expect(await list('nothing')).toEqual([]);
      const place = info.artifact_uri.replace('mlflow-artifacts:/', '');
      for (const path of ['model', 'notes.txt/x'])
        expect((await tracking.bytes('PUT', `${place}/${path}`, 'x')).text).toMatch(/both a file and a folder/);
      expect((await tracking.bytes('DELETE', `${place}/model`)).status).toBe(200);
      expect(await list()).toEqual([{ path: 'notes.txt', is_dir: false, file_size: 16 }]);
    });

    test.each(['../../etc/passwd', '%2e%2e/x', 'a\\b', 'a#b', 'C:/x', 'a/./b', 'a//b'])('%s is no path', async (path) => {
      const info = await start();
      const place = info.artifact_uri.replace('mlflow-artifacts:/', '');
      for (const method of ['GET', 'PUT', 'DELETE'] as const)
        expect(JSON.parse((await tracking.bytes(method, `${place}/${path}`, 'x')).text)).toMatchObject({
          error_code: 'INVALID_PARAMETER_VALUE',
        });
      expect(await call('GET /artifacts/list', { run_id: info.run_id, path })).toMatchObject({ status: 400 });
    });

    test('belong to somebody who is there', async () => {
      for (const place of [
        `0/${'f'.repeat(32)}/artifacts/x`,
        `0/models/m-${'f'.repeat(32)}/artifacts/x`,
        '0/traces/t/artifacts/x',
        'x',
      ])
        expect((await tracking.bytes('PUT', place, 'x')).status).toBe(404);
    });
  });
});
