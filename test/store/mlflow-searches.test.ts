import { beforeAll, describe, expect, test } from 'vitest';
import { trackingEvents, type TrackingTopic } from '../../contracts/tracking.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';

describeOnOneEngine('searches of runs, and logged models', (open) => {
  let tracking: Tracking;
  let experiment: string;

  beforeAll(async () => {
    tracking = await track(await open());
    experiment = (await tracking.call('POST /experiments/create', { name: 'Pricing' })).experiment_id;
  });

  const start = async (more: object = {}): Promise<string> =>
    (await tracking.call('POST /runs/create', { experiment_id: experiment, start_time: 1, ...more })).run.info.run_id;
  const run = async (id: string): Promise<Payload> => (await tracking.call('GET /runs/get', { run_id: id })).run;
  const found = async (filter: string, more: object = {}): Promise<readonly string[]> => {
    const { runs = [], message } = await tracking.call('POST /runs/search', { experiment_ids: [experiment], filter, ...more });
    if (message !== undefined) throw new Error(message);
    return runs.map(({ info }: Payload) => info.run_name);
  };

  describe('searching runs', () => {
    beforeAll(async () => {
      experiment = (await tracking.call('POST /experiments/create', { name: 'Searched' })).experiment_id;
      for (const [i, name] of ['ant', 'bee', 'cat', 'dog'].entries()) {
        const id = await start({ run_name: name, start_time: i });
        await tracking.call('POST /runs/log-batch', {
          run_id: id,
          metrics: i < 3 ? [{ key: 'auc', value: [0.7, 0.9, 'NaN'][i], timestamp: 1 }] : [],
          params: [{ key: 'depth', value: `${i}` }, ...(i % 2 === 0 ? [{ key: 'even', value: 'Yes' }] : [])],
          tags: [{ key: 'it is', value: 'a%b_c\\' }],
        });
        if (i === 3) await tracking.call('POST /runs/delete', { run_id: id });
      }
    });

    test.each([
      ['', ['cat', 'bee', 'ant']],
      ['metrics.auc > 0.5', ['bee', 'ant']],
      ['metrics.auc != 0.7', ['bee']],
      ['metrics.auc >= 0.7 and metrics.auc < 0.9', ['ant']],
      ["params.even = 'Yes'", ['cat', 'ant']],
      ["params.even ILIKE 'y%'", ['cat', 'ant']],
      ["params.even LIKE 'y%'", []],
      ['params.even IS NULL', ['bee']],
      ['params.even IS NOT NULL', ['cat', 'ant']],
      ["params.depth != '0'", ['cat', 'bee']],
      ["tags.`it is` = 'a%b_c\\'", ['cat', 'bee', 'ant']],
      ["tags.`it is` LIKE '%\\'", ['cat', 'bee', 'ant']],
      ["attributes.run_name LIKE '_e_'", ['bee']],
      ["run_name != 'bee' and status = 'RUNNING'", ['cat', 'ant']],
      ['start_time >= 1', ['cat', 'bee']],
      ["attributes.artifact_uri LIKE 'mlflow-artifacts:/%'", ['cat', 'bee', 'ant']],
    ])('%s', async (filter, names) => expect(await found(filter)).toEqual(names));

    test('in any order, with what has no value at the end', async () => {
      expect(await found('', { order_by: ['metrics.auc DESC'] })).toEqual(['bee', 'ant', 'cat']);
      expect(await found('', { order_by: ['metrics.auc ASC'] })).toEqual(['ant', 'bee', 'cat']);
      expect(await found('', { order_by: ['params.even', 'attributes.start_time ASC'] })).toEqual(['ant', 'cat', 'bee']);
      expect(await found('', { order_by: ['run_name'] })).toEqual(['ant', 'bee', 'cat']);
      expect(await found('', { run_view_type: 'ALL' })).toEqual(['dog', 'cat', 'bee', 'ant']);
      expect(await found('', { run_view_type: 'DELETED_ONLY' })).toEqual(['dog']);
      expect(await found('', { experiment_ids: ['0', 'x', '99999999999999999999'] })).not.toContain('ant');
    });

    test('page by page', async () => {
      const search = (token?: string) =>
        tracking.call('POST /runs/search', { experiment_ids: [experiment], max_results: 2, page_token: token });
      const first = await search();
      const second = await search(first.next_page_token);
      expect([...first.runs, ...second.runs].map(({ info }: Payload) => info.run_name)).toEqual(['cat', 'bee', 'ant']);
      expect(second.next_page_token).toBeUndefined();
      expect(await tracking.call('POST /runs/search', { experiment_ids: [experiment], max_results: 50_001 })).toMatchObject({
        status: 400,
      });
    });

    test('what is written into a filter is never taken for SQL', async () => {
      for (const hostile of ["'; drop table registry.run; --", '$1', "a' or '1'='1", '%s', '\\', "''"])
        expect(
          await found(`run_name = '${hostile.replaceAll("'", "''")}' and tags.\`${hostile.replaceAll('`', '')}\` = 'x'`),
        ).toEqual([]);
      expect(await found('')).toHaveLength(3);
    });
  });

  describe('logged models', () => {
    const made = async (args: object = {}): Promise<Payload> =>
      (await tracking.call('POST /logged-models', { experiment_id: experiment, name: 'tree', ...args })).model;

    test('one is made, measured, finished, tagged and deleted', async () => {
      const id = await start();
      const { info } = await made({
        source_run_id: id,
        model_type: 'Classifier',
        params: [{ key: 'depth', value: '6' }],
        tags: [{ key: 'a', value: 'b' }],
      });
      expect(info).toMatchObject({
        name: 'tree',
        status: 'LOGGED_MODEL_PENDING',
        source_run_id: id,
        artifact_uri: `mlflow-artifacts:/${experiment}/models/${info.model_id}/artifacts`,
      });
      await tracking.call('POST /runs/log-batch', {
        run_id: id,
        metrics: [{ key: 'auc', value: 0.9, timestamp: 1, model_id: info.model_id, dataset_name: 'd', dataset_digest: 'x' }],
      });
      await tracking.call('POST /runs/outputs', { run_id: id, models: [{ model_id: info.model_id, step: 3 }] });
      await tracking.call('POST /runs/log-inputs', { run_id: id, models: [{ model_id: info.model_id }] });
      expect(
        (await tracking.call(`PATCH /logged-models/${info.model_id}`, { status: 'LOGGED_MODEL_READY' })).model.info.status,
      ).toBe('LOGGED_MODEL_READY');
      await tracking.call(`PATCH /logged-models/${info.model_id}/tags`, { tags: [{ key: 'a', value: 'c' }] });
      await tracking.call(`POST /logged-models/${info.model_id}/params`, { params: [{ key: 'eta', value: '0.1' }] });
      const { model } = await tracking.call(`GET /logged-models/${info.model_id}`);
      expect(model.info.tags).toEqual([{ key: 'a', value: 'c' }]);
      expect(model.data.params).toEqual([
        { key: 'depth', value: '6' },
        { key: 'eta', value: '0.1' },
      ]);
      expect(model.data.metrics).toEqual([
        {
          key: 'auc',
          value: 0.9,
          timestamp: 1,
          step: 0,
          dataset_name: 'd',
          dataset_digest: 'x',
          model_id: info.model_id,
          run_id: id,
        },
      ]);
      const read = await run(id);
      expect([read.outputs.model_outputs, read.inputs.model_inputs]).toEqual([
        [{ model_id: info.model_id, step: 3 }],
        [{ model_id: info.model_id }],
      ]);
      await tracking.call(`DELETE /logged-models/${info.model_id}/tags/a`);
      expect(await tracking.call(`DELETE /logged-models/${info.model_id}/tags/a`)).toMatchObject({ status: 404 });
      await tracking.call(`DELETE /logged-models/${info.model_id}`);
      expect(await tracking.call(`GET /logged-models/${info.model_id}`)).toMatchObject({
        status: 404,
        error_code: 'RESOURCE_DOES_NOT_EXIST',
      });
    });

    test('they are searched by what they are and what was measured', async () => {
      const id = await start();
      for (const [i, name] of ['oak', 'elm', 'ash'].entries()) {
        const { info } = await made({ name, source_run_id: id });
        await tracking.call('POST /runs/log-metric', {
          run_id: id,
          key: 'f1',
          value: i,
          timestamp: 1,
          model_id: info.model_id,
          dataset_name: `d${i}`,
        });
        if (i === 0) await tracking.call(`PATCH /logged-models/${info.model_id}`, { status: 2 });
      }
      const names = async (args: object) =>
        (await tracking.call('POST /logged-models/search', { experiment_ids: [experiment], ...args })).models?.map(
          ({ info }: Payload) => info.name,
        ) ?? [];
      expect(await names({ filter: `source_run_id = '${id}'` })).toEqual(['ash', 'elm', 'oak']);
      expect(await names({ filter: "name IN ('oak', 'ash')", order_by: [{ field_name: 'name' }] })).toEqual(['ash', 'oak']);
      expect(await names({ filter: 'metrics.f1 >= 1', order_by: [{ field_name: 'metrics.f1', ascending: false }] })).toEqual([
        'ash',
        'elm',
      ]);
      expect(await names({ filter: "name LIKE '%' and status = 'LOGGED_MODEL_READY'" })).toEqual(['oak']);
      expect(await names({ datasets: [{ dataset_name: 'd1' }] })).toEqual(['elm']);
    });

    test.each([{ name: 'a/b' }, { name: 'a:b' }, { experiment_id: '999999' }, { experiment_id: 'x' }])(
      '%j makes none',
      async (args) => {
        expect(
          (await tracking.call('POST /logged-models', { experiment_id: experiment, ...args })).status,
        ).toBeGreaterThanOrEqual(400);
      },
    );
  });

  test('who may only read may browse and nothing else; strangers to the registry may not even that', async () => {
    const [analyst, nobody] = [await newcomer(tracking, 'user', ['analyst']), await newcomer(tracking, 'user', [])];
    const denied = { status: 403, error_code: 'PERMISSION_DENIED' };
    expect((await tracking.call('POST /runs/search', { experiment_ids: [experiment] }, analyst)).status).toBe(200);
    expect(await tracking.call('POST /experiments/create', { name: 'Mine' }, analyst)).toMatchObject({
      ...denied,
      message: expect.stringContaining('registry.create'),
    });
    expect(await tracking.call('POST /runs/search', { experiment_ids: [experiment] }, nobody)).toMatchObject(denied);
    expect(await tracking.call('GET /experiments/get', { experiment_id: '0' }, nobody)).toMatchObject(denied);
  });

  test('whatever was recorded is told as it was promised', async () => {
    const rows = await tracking.db.query<{ topic: string; payload: string }>(
      "select topic, payload from kernel.outbox where topic ~ '^registry.(experiment|run|loggedModel|artifact)'",
    );
    expect(rows.length).toBeGreaterThan(20);
    for (const { topic, payload } of rows) trackingEvents[topic as TrackingTopic].parse(JSON.parse(payload));
  });
});
