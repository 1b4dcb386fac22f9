import { beforeAll, expect, test } from 'vitest';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';
import { trainedRuns } from './trainedRuns.ts';

/** Whatever is not answered in MLflow's words fails here: an error that is no fault of ours is a 500 for its client. */
describeOnOneEngine('clients of MLflow that come at once', (open) => {
  let tracking: Tracking;
  let round = 0;
  const { call, fresh, start, trained } = trainedRuns(() => tracking);
  const experiment = async (name: string): Promise<string> => (await call('POST /experiments/create', { name })).experiment_id;
  const taken = { status: 400, error_code: 'RESOURCE_ALREADY_EXISTS' };
  /** Who won; everybody else was told that the name is taken. */
  const winnerOf = (answers: readonly Payload[]): number => {
    const won = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
    expect(won).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(answer).toMatchObject(taken);
    return won[0] ?? -1;
  };
  const rounds = async (work: (name: string) => Promise<void>): Promise<void> => {
    for (let i = 0; i < 6; i++) await work(`wanted ${++round}`);
  };

  beforeAll(async () => {
    tracking = await track(await open());
  });

  test('a name of an experiment goes to one of those who rename and make experiments', () =>
    rounds(async (name) => {
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) ids.push(await experiment(`${name} ${i}`));
      const answers = await Promise.all([
        ...ids.map((id) => call('POST /experiments/update', { experiment_id: id, new_name: name })),
        call('POST /experiments/create', { name }),
      ]);
      const winner = winnerOf(answers);
      const { experiment: found } = await call('GET /experiments/get-by-name', { experiment_name: name });
      expect(found.experiment_id).toBe(ids[winner] ?? answers[winner]?.experiment_id);
    }));

  test('two experiments that want each other’s name keep their own', () =>
    rounds(async (name) => {
      const [a, b] = [`${name} a`, `${name} b`];
      const ids = [await experiment(a), await experiment(b)];
      const swap = ids.map((id, i) => call('POST /experiments/update', { experiment_id: id, new_name: i === 0 ? b : a }));
      expect(await Promise.all(swap)).toMatchObject([taken, taken]);
    }));

  test('a deleted experiment comes back while others want its name', () =>
    rounds(async (name) => {
      const [id, other] = [await experiment(name), await experiment(`${name} other`)];
      await call('POST /experiments/delete', { experiment_id: id });
      const [restored, renamed, made] = await Promise.all([
        call('POST /experiments/restore', { experiment_id: id }),
        call('POST /experiments/update', { experiment_id: other, new_name: name }),
        call('POST /experiments/create', { name }),
      ]);
      expect(restored).toEqual({ status: 200 });
      for (const answer of [renamed, made]) expect(answer).toMatchObject(taken);
    }));

  test('a name of a model goes to one of those who rename and make models, in whichever case they write it', () =>
    rounds(async (name) => {
      const names = [await fresh(), await fresh(), await fresh(), await fresh()];
      winnerOf(
        await Promise.all([
          ...names.map((one) => call('POST /registered-models/rename', { name: one, new_name: name })),
          call('POST /registered-models/create', { name: name.toUpperCase() }),
        ]),
      );
    }));

  test('a parameter has the value that was logged first', () =>
    rounds(async () => {
      const { run_id } = await start();
      const log = (value: string): Promise<Payload> =>
        call('POST /runs/log-batch', {
          run_id,
          params: [{ key: 'depth', value }],
          metrics: [{ key: 'auc', value: 0.9, timestamp: 1, step: 1 }],
          tags: [{ key: 'by', value }],
        });
      const values = ['1', '2', '2', '3', '1'];
      const answers = await Promise.all(values.map(log));
      const { run } = await call('GET /runs/get', { run_id });
      const [{ value: kept }] = run.data.params;
      expect(run.data.params).toHaveLength(1);
      for (const [i, answer] of answers.entries())
        expect(answer).toMatchObject(
          values[i] === kept ? { status: 200 } : { status: 400, error_code: 'INVALID_PARAMETER_VALUE' },
        );
    }));

  test('an id that an import names is there once', () =>
    rounds(async (name) => {
      const id = Buffer.from(name.padEnd(16, 'x')).toString('hex').slice(0, 32);
      winnerOf(await Promise.all(Array.from({ length: 4 }, () => call('POST /runs/create', { imported_run_id: id }))));
      const made = { experiment_id: '0', imported_model_id: `m-${id}` };
      winnerOf(await Promise.all(Array.from({ length: 4 }, () => call('POST /logged-models', made))));
    }));

  test('versions that push each other out of a stage all get their answer, and one stays', () =>
    rounds(async () => {
      const name = await fresh();
      const versions = ['1', '2', '3', '4', '5', '6'];
      for (const _ of versions) await call('POST /model-versions/create', { name, source: 'runs:/r/model' });
      const move = (version: string): Promise<Payload> =>
        call('POST /model-versions/transition-stage', { name, version, stage: 'Staging', archive_existing_versions: true });
      for (const answer of await Promise.all(versions.map(move))) expect(answer).toMatchObject({ status: 200 });
      const { model_versions: found } = await call('GET /model-versions/search', { filter: `name = '${name}'` });
      expect(found.filter(({ current_stage: stage }: Payload) => stage === 'Staging')).toHaveLength(1);
    }));

  test('an alias is set by everybody who sets it, and stands for one version', () =>
    rounds(async () => {
      const [name, info] = [await fresh(), await trained()];
      const source = `runs:/${info.run_id}/model`;
      for (let i = 0; i < 3; i++) await call('POST /model-versions/create', { name, source });
      const set = Array.from({ length: 9 }, (_, i) =>
        call('POST /registered-models/alias', { name, alias: 'best', version: `${(i % 3) + 1}` }),
      );
      for (const answer of await Promise.all(set)) expect(answer).toEqual({ status: 200 });
      const { registered_model: model } = await call('GET /registered-models/get', { name });
      expect(model.aliases).toHaveLength(1);
    }));

  test('a path is a file or a folder, whoever is first', () =>
    rounds(async () => {
      const info = await start();
      const place = info.artifact_uri.replace('mlflow-artifacts:/', '');
      const answers = await Promise.all(
        ['a', 'a/b', 'a/b/c', 'a'].map((path) => tracking.bytes('PUT', `${place}/${path}`, path)),
      );
      const { files } = await call('GET /artifacts/list', { run_id: info.run_id });
      expect(files).toHaveLength(1);
      const stored = await tracking.db.query<{ path: string }>(
        `select path from registry.tracked_artifact where owner_id = $1 order by path`,
        [info.run_id],
      );
      expect(stored).toHaveLength(1);
      for (const { status, text } of answers)
        if (status !== 200) expect(JSON.parse(text)).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
    }));
});
