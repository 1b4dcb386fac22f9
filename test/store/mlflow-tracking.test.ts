import { beforeAll, describe, expect, test } from 'vitest';
import { describeOnEngines } from './engines.ts';
import type { Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';

describeOnEngines('experiments and runs', (open) => {
  let tracking: Tracking;
  let experiment: string;

  beforeAll(async () => {
    tracking = await track(await open());
    experiment = (await tracking.call('POST /experiments/create', { name: 'Pricing' })).experiment_id;
  });

  const start = async (more: object = {}): Promise<string> =>
    (await tracking.call('POST /runs/create', { experiment_id: experiment, start_time: 1, ...more })).run.info.run_id;
  const run = async (id: string): Promise<Payload> => (await tracking.call('GET /runs/get', { run_id: id })).run;
  const events = (aggregate: string): Promise<readonly { action: string; payload: string }[]> =>
    tracking.db.query('select topic as action, payload from kernel.outbox where aggregate_id = $1 order by seq', [aggregate]);
  describe('experiments', () => {
    test('there is one from the beginning, where runs go that name none', async () => {
      expect((await tracking.call('GET /experiments/get', { experiment_id: '0' })).experiment).toMatchObject({
        name: 'Default',
        lifecycle_stage: 'active',
      });
      const { run: made } = await tracking.call('POST /runs/create', {});
      expect(made.info).toMatchObject({
        experiment_id: '0',
        status: 'RUNNING',
        run_name: expect.stringMatching(/^\w+-\w+-\d+$/),
      });
    });

    test('a name is there once, also that of a deleted one', async () => {
      const { experiment_id: id } = await tracking.call('POST /experiments/create', {
        name: 'Once',
        tags: [{ key: 'a', value: 'b' }],
      });
      const taken = { status: 400, error_code: 'RESOURCE_ALREADY_EXISTS' };
      expect(await tracking.call('POST /experiments/create', { name: 'Once' })).toMatchObject(taken);
      expect(await tracking.call('POST /experiments/update', { experiment_id: id, new_name: 'Pricing' })).toMatchObject(taken);
      await tracking.call('POST /experiments/delete', { experiment_id: id });
      expect(await tracking.call('POST /experiments/create', { name: 'Once' })).toMatchObject({
        ...taken,
        message: expect.stringContaining('restore it'),
      });
      expect(await tracking.call('POST /runs/create', { experiment_id: id })).toMatchObject({
        status: 400,
        message: expect.stringContaining('active'),
      });
      await tracking.call('POST /experiments/restore', { experiment_id: id });
      await tracking.call('POST /experiments/update', { experiment_id: id, new_name: 'Twice' });
      const { experiment: read } = await tracking.call('GET /experiments/get-by-name', { experiment_name: 'Twice' });
      expect(read).toMatchObject({
        experiment_id: id,
        tags: [{ key: 'a', value: 'b' }],
        artifact_location: `mlflow-artifacts:/${id}`,
      });
      expect((await events(`experiment/${id}`)).map(({ action }) => action.split('.')[2])).toEqual([
        'created',
        'deleted',
        'restored',
        'changed',
      ]);
    });

    test('its runs go with it and come back with it, but for those that were deleted before', async () => {
      const { experiment_id: id } = await tracking.call('POST /experiments/create', { name: 'Away' });
      const [stays, goes] = [await start({ experiment_id: id }), await start({ experiment_id: id })];
      await tracking.call('POST /runs/delete', { run_id: goes });
      await tracking.call('POST /experiments/delete', { experiment_id: id });
      expect((await run(stays)).info.lifecycle_stage).toBe('deleted');
      await tracking.call('POST /experiments/restore', { experiment_id: id });
      expect([(await run(stays)).info.lifecycle_stage, (await run(goes)).info.lifecycle_stage]).toEqual(['active', 'deleted']);
    });

    test('they are searched by name and tag, page by page', async () => {
      for (const name of ['search-b', 'search-a', 'search-c'])
        await tracking.call('POST /experiments/create', { name, tags: [{ key: 'kind', value: name.slice(-1) }] });
      const search = (args: object) =>
        tracking.call('POST /experiments/search', { filter: "name LIKE 'search-%'", order_by: ['name ASC'], ...args });
      const first = await search({ max_results: 2 });
      expect(first.experiments.map(({ name }: Payload) => name)).toEqual(['search-a', 'search-b']);
      const second = await search({ max_results: 2, page_token: first.next_page_token });
      expect([second.experiments.map(({ name }: Payload) => name), second.next_page_token]).toEqual([['search-c'], undefined]);
      expect((await search({ filter: "tags.kind = 'b'" })).experiments).toHaveLength(1);
      expect((await search({ filter: "name LIKE 'search-%' and tags.kind IS NULL" })).experiments).toEqual([]);
      expect(await search({ order_by: ['name DESC'], page_token: first.next_page_token })).toMatchObject({
        status: 400,
        error_code: 'INVALID_PARAMETER_VALUE',
      });
      expect((await search({ view_type: 2 })).experiments).toEqual([]);
    });

    test.each([
      ['a blank name', { name: ' ' }, /experiment name/],
      ['a long name', { name: 'x'.repeat(501) }, /length limit of 500/],
      ['a place in a bucket', { name: 'elsewhere', artifact_location: 's3://bucket/x' }, /kept by this server/],
      ['a place on a disk', { name: 'elsewhere', artifact_location: 'file:///etc' }, /kept by this server/],
      ['a tag that is a path', { name: 'keys', tags: [{ key: 'a/../b', value: '' }] }, /Invalid tag name/],
      ['a long tag', { name: 'values', tags: [{ key: 'a', value: 'x'.repeat(6_000) }] }, /length limit of 5000/],
    ])('%s makes none', async (_what, args, message) => {
      expect(await tracking.call('POST /experiments/create', args)).toMatchObject({
        status: 400,
        message: expect.stringMatching(message),
      });
    });
  });

  describe('runs', () => {
    test('what is logged is read back as it was', async () => {
      const id = await start({ run_name: 'first', user_id: 'ada', tags: [{ key: 'team', value: 'risk' }] });
      await tracking.call('POST /runs/log-batch', {
        run_id: id,
        metrics: [
          { key: 'loss', value: 0.5, timestamp: 10, step: 0 },
          { key: 'loss', value: 0.25, timestamp: '20', step: '1' },
          { key: 'odd', value: 'NaN', timestamp: 1 },
          { key: 'large', value: '-Infinity', timestamp: 1 },
        ],
        params: [{ key: 'depth', value: '6' }, { key: 'empty' }],
        tags: [{ key: 'team', value: 'pricing' }],
      });
      await tracking.call('POST /runs/log-inputs', {
        run_id: id,
        datasets: [
          {
            tags: [{ key: 'mlflow.data.context', value: 'training' }],
            dataset: { name: 'policies', digest: 'abc', source_type: 'local', source: '{}', schema: '{}' },
          },
        ],
      });
      await tracking.call('POST /runs/update', { run_id: id, status: 'FINISHED', end_time: 99 });
      const read = await run(id);
      expect(read.info).toMatchObject({ run_name: 'first', user_id: 'ada', status: 'FINISHED', start_time: 1, end_time: 99 });
      expect(read.data.metrics).toEqual([
        { key: 'large', value: '-Infinity', timestamp: 1, step: 0 },
        { key: 'loss', value: 0.25, timestamp: 20, step: 1 },
        { key: 'odd', value: 'NaN', timestamp: 1, step: 0 },
      ]);
      expect(read.data.params).toEqual([
        { key: 'depth', value: '6' },
        { key: 'empty', value: '' },
      ]);
      expect(read.data.tags).toEqual([
        { key: 'mlflow.runName', value: 'first' },
        { key: 'team', value: 'pricing' },
      ]);
      expect(read.inputs.dataset_inputs).toEqual([
        {
          tags: [{ key: 'mlflow.data.context', value: 'training' }],
          dataset: { name: 'policies', digest: 'abc', source_type: 'local', source: '{}', schema: '{}' },
        },
      ]);
    });

    test('of a metric the last value counts: by step, then time, then value, however it came', async () => {
      const id = await start();
      const log = (value: number, step: number, timestamp: number) =>
        tracking.call('POST /runs/log-metric', { run_id: id, key: 'm', value, step, timestamp });
      await log(3, 2, 5);
      await log(9, 1, 9);
      await log(4, 2, 5);
      await log(1, 2, 4);
      expect((await run(id)).data.metrics).toEqual([{ key: 'm', value: 4, step: 2, timestamp: 5 }]);
      const history = async (args: object) => tracking.call('GET /metrics/get-history', { run_id: id, metric_key: 'm', ...args });
      expect((await history({})).metrics.map(({ value }: Payload) => value)).toEqual([1, 3, 4, 9]);
      const first = await history({ max_results: 3 });
      expect(
        (await history({ max_results: 3, page_token: first.next_page_token })).metrics.map(({ value }: Payload) => value),
      ).toEqual([9]);
    });

    test('a thousand values are one event; the same ones again are none', async () => {
      const id = await start();
      const metrics = Array.from({ length: 1_000 }, (_, i) => ({ key: `m${i % 7}`, value: i, timestamp: i, step: i }));
      const before = (await events(`run/${id}`)).length;
      expect(await tracking.call('POST /runs/log-batch', { run_id: id, metrics })).toEqual({ status: 200 });
      expect(await tracking.call('POST /runs/log-batch', { run_id: id, metrics })).toEqual({ status: 200 });
      const after = (await events(`run/${id}`)).slice(before);
      expect(after.map(({ payload }) => JSON.parse(payload))).toEqual([
        { runId: id, experimentId: experiment, counts: { metrics: 1_000 } },
      ]);
      const [{ size } = { size: 0 }] = await tracking.db.query<{ size: number }>(
        'select max(length(body)) as size from kernel.audit_event where subject_id = $1',
        [id],
      );
      expect(size).toBeLessThan(3_000);
    });

    test('a parameter never changes, and then nothing else of the request is kept', async () => {
      const id = await start();
      const log = (value: string, more: object = {}) =>
        tracking.call('POST /runs/log-batch', { run_id: id, params: [{ key: 'depth', value }], ...more });
      expect(await log('6')).toEqual({ status: 200 });
      expect(await log('6')).toEqual({ status: 200 });
      expect(await log('7', { metrics: [{ key: 'm', value: 1, timestamp: 1 }] })).toMatchObject({
        status: 400,
        error_code: 'INVALID_PARAMETER_VALUE',
        message: expect.stringMatching(/Changing param values is not allowed.*'depth'.*'6'.*'7'/),
      });
      expect((await run(id)).data).toMatchObject({ params: [{ key: 'depth', value: '6' }] });
      expect((await run(id)).data.metrics).toBeUndefined();
    });

    test('the name of a run stands in its tag, and the other way round', async () => {
      const id = await start({ tags: [{ key: 'mlflow.runName', value: 'by tag' }] });
      expect((await run(id)).info.run_name).toBe('by tag');
      await tracking.call('POST /runs/set-tag', { run_id: id, key: 'mlflow.runName', value: 'renamed' });
      expect((await run(id)).info.run_name).toBe('renamed');
      await tracking.call('POST /runs/update', { run_id: id, run_name: 'again' });
      expect((await run(id)).data.tags).toEqual([{ key: 'mlflow.runName', value: 'again' }]);
      expect(
        await tracking.call('POST /runs/create', { run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] }),
      ).toMatchObject({ status: 400 });
    });

    test.each([
      [
        'more than 1000 metrics',
        { metrics: Array.from({ length: 1_001 }, (_, i) => ({ key: 'm', value: 1, timestamp: i })) },
        /at most 1000 metrics/,
      ],
      [
        'more than 100 parameters',
        { params: Array.from({ length: 101 }, (_, i) => ({ key: `p${i}`, value: '' })) },
        /at most 100 params/,
      ],
      [
        'more than 1000 in all',
        {
          metrics: Array.from({ length: 950 }, () => ({ key: 'm', value: 1, timestamp: 1 })),
          tags: Array.from({ length: 60 }, (_, i) => ({ key: `t${i}` })),
        },
        /at most 1000 metrics, params, and tags/,
      ],
      [
        'a parameter twice',
        {
          params: [
            { key: 'a', value: '1' },
            { key: 'a', value: '1' },
          ],
        },
        /Duplicate parameter keys/,
      ],
      [
        'a metric without time',
        { metrics: [{ key: 'a', value: 1 }] },
        /Missing value for required parameter 'metrics\[0\].timestamp'/,
      ],
      ['a metric that is no number', { metrics: [{ key: 'a', value: 'high', timestamp: 1 }] }, /metrics\[0\].value/],
      ['a time before time', { metrics: [{ key: 'a', value: 1, timestamp: -1 }] }, /nonnegative/],
      ['a key that is a path', { metrics: [{ key: '../a', value: 1, timestamp: 1 }] }, /Invalid metric name/],
      ['a long key', { params: [{ key: 'x'.repeat(251), value: '' }] }, /length limit of 250/],
      ['a long parameter', { params: [{ key: 'x', value: 'x'.repeat(6_001) }] }, /length limit of 6000/],
      ['a long tag', { tags: [{ key: 'x', value: 'x'.repeat(8_001) }] }, /length limit of 8000/],
      ['a character that cannot be stored', { tags: [{ key: 'x', value: 'a\0b' }] }, /cannot be stored/],
    ])('%s is refused, and nothing is written', async (_what, args, message) => {
      const id = await start();
      const before = await events(`run/${id}`);
      expect(await tracking.call('POST /runs/log-batch', { run_id: id, ...args })).toMatchObject({
        status: 400,
        error_code: 'INVALID_PARAMETER_VALUE',
        message: expect.stringMatching(message),
      });
      expect(await events(`run/${id}`)).toEqual(before);
    });

    test('a deleted run takes nothing, until it is restored', async () => {
      const id = await start();
      await tracking.call('POST /runs/delete', { run_id: id });
      const log = () => tracking.call('POST /runs/log-metric', { run_id: id, key: 'm', value: 1, timestamp: 1 });
      expect(await log()).toMatchObject({ status: 400, message: expect.stringContaining("must be in the 'active' state") });
      await tracking.call('POST /runs/restore', { run_id: id });
      expect(await log()).toEqual({ status: 200 });
      expect(
        await tracking.call('POST /runs/log-metric', { run_id: 'f'.repeat(32), key: 'm', value: 1, timestamp: 1 }),
      ).toMatchObject({ status: 404 });
      expect(await tracking.call('GET /runs/get', { run_id: "' or 1=1" })).toMatchObject({ status: 400 });
    });
  });
});
