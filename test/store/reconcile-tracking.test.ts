import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Subgraph } from '../../kernel/graph/subgraph.ts';
import { registrySubgraph } from '../../subgraphs/registry/index.ts';
import { askPage, type Found, tamperedWith, type Tampering } from '../support/reconciling.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';
import { trainedRuns } from './trainedRuns.ts';

/** Everything that clients of MLflow wrote and that somebody could want to be otherwise. */
const TAMPERING: readonly Tampering[] = [
  [
    'the name of an experiment',
    'registry.experiment',
    `update registry.experiment set name = name || '!'`,
    'OTHER_STATE',
    /Its name/,
  ],
  [
    'the first experiment',
    'registry.experiment',
    `update registry.experiment set name = 'Mine' where no = 0`,
    'UNEXPLAINED_ROW',
    /Its name/,
  ],
  [
    'a deleted experiment',
    'registry.experiment',
    `update registry.experiment set deleted_at = null`,
    'OTHER_STATE',
    /whether it is deleted/,
  ],
  [
    'the tags of an experiment',
    'registry.experiment_tag',
    `update registry.experiment_tag set value = 'x'`,
    'OTHER_STATE',
    /its tags/,
  ],
  [
    'an experiment that is gone',
    'registry.experiment',
    `delete from registry.experiment where no > 0`,
    'MISSING_ROW',
    /no row does/,
  ],
  ['the state of a run', 'registry.run', `update registry.run set status = 'FAILED'`, 'OTHER_STATE', /Its name, state/],
  ['when a run began', 'registry.run', `update registry.run set start_ms = start_ms - 1`, 'OTHER_STATE', /times/],
  ['the experiment of a run', 'registry.run', `update registry.run set experiment_no = 0`, 'OTHER_STATE', /experiment/],
  ['that a run is deleted', 'registry.run', `update registry.run set deleted_at = now()`, 'OTHER_STATE', /Its name, state/],
  ['a run that is gone', 'registry.run', `delete from registry.run`, 'MISSING_ROW', /no row does/],
  [
    'a run that nobody made',
    'registry.run',
    `update registry.run set id = 'x' || id where id = (select min(id) from registry.run)`,
    'UNEXPLAINED_ROW',
    /Its name, state/,
  ],
  ['a parameter', 'registry.run_param', `update registry.run_param set value = '7'`, 'OTHER_STATE', /parameters/],
  ['a parameter that is gone', 'registry.run_param', `delete from registry.run_param`, 'OTHER_STATE', /parameters/],
  [
    'a parameter that nobody logged',
    'registry.run_param',
    `insert into registry.run_param (run_id, key, value) select id, 'smuggled', '1' from registry.run`,
    'UNEXPLAINED_ROW',
    /parameters/,
  ],
  [
    'the commit of a run',
    'registry.run_tag',
    `update registry.run_tag set value = 'fff' where key = 'mlflow.source.git.commit'`,
    'OTHER_STATE',
    /tags/,
  ],
  [
    'what a run measured, before it becomes evidence',
    'registry.run_metric_last',
    `update registry.run_metric_last set value = 0.99 where key = 'auc'`,
    'OTHER_STATE',
    /last values/,
  ],
  ['a metric that is gone', 'registry.run_metric_last', `delete from registry.run_metric_last`, 'OTHER_STATE', /last values/],
  [
    'what a run was trained on',
    'registry.run_dataset',
    `update registry.run_dataset set digest = 'other'`,
    'OTHER_STATE',
    /datasets/,
  ],
  ['which model a run wrote', 'registry.run_model', `update registry.run_model set direction = 'INPUT'`, 'OTHER_STATE', /models/],
  [
    'bytes of an artifact of a run',
    'registry.tracked_artifact',
    `update registry.tracked_artifact set digest = 'sha256:' || repeat('0', 64) where owner_kind = 'RUN'`,
    'OTHER_STATE',
    /artifacts/,
  ],
  ['an artifact that is gone', 'registry.tracked_artifact', `delete from registry.tracked_artifact`, 'OTHER_STATE', /artifacts/],
  [
    'the state of a logged model',
    'registry.logged_model',
    `update registry.logged_model set status = 'UPLOAD_FAILED'`,
    'OTHER_STATE',
    /state/,
  ],
  [
    'a deleted logged model',
    'registry.logged_model',
    `update registry.logged_model set deleted_at = null`,
    'OTHER_STATE',
    /state/,
  ],
  ['a logged model that is gone', 'registry.logged_model', `delete from registry.logged_model`, 'MISSING_ROW', /no row does/],
  [
    'a parameter of a logged model',
    'registry.logged_model_param',
    `update registry.logged_model_param set value = 'x'`,
    'OTHER_STATE',
    /parameters/,
  ],
  [
    'a tag of a logged model',
    'registry.logged_model_tag',
    `update registry.logged_model_tag set value = 'x'`,
    'OTHER_STATE',
    /tags/,
  ],
  [
    'what was measured of a logged model',
    'registry.logged_model_metric',
    `update registry.logged_model_metric set value = 0.99`,
    'OTHER_STATE',
    /metrics/,
  ],
  [
    'a stage that nothing guards',
    'registry.mlflow_version',
    `update registry.mlflow_version set stage = 'Production' where stage = 'Staging'`,
    'OTHER_STATE',
    /MLflow’s stages/,
  ],
  [
    'a stage that nobody said',
    'registry.mlflow_version',
    `update registry.mlflow_version set stage = 'Archived' where stage = 'None'`,
    'UNEXPLAINED_ROW',
    /MLflow’s stages/,
  ],
];

describeOnOneEngine('reconciling what clients of MLflow wrote', (open) => {
  let db: Database;
  let tracking: Tracking;
  let subgraph: Subgraph;
  let info: Payload;
  const { call, fresh, put, start, trained } = trainedRuns(() => tracking);
  const findings = async (first = 500): Promise<readonly Found[]> => {
    const found: Found[] = [];
    let after: string | null = null;
    do {
      const page = await askPage(subgraph, 'reconcileRegistry', first, after);
      found.push(...page.findings);
      after = page.next;
    } while (after !== null);
    return found;
  };

  beforeAll(async () => {
    db = await open();
    tracking = await track(db);
    subgraph = registrySubgraph(tracking.kernel);
    const { experiment_id: no } = await call('POST /experiments/create', {
      name: 'Pricing',
      tags: [{ key: 'team', value: 'risk' }],
    });
    const { experiment_id: gone } = await call('POST /experiments/create', { name: 'Gone' });
    await call('POST /experiments/set-experiment-tag', { experiment_id: no, key: 'team', value: 'pricing' });
    await call('POST /runs/create', { experiment_id: gone });
    await call('POST /experiments/delete', { experiment_id: gone });
    info = await trained();
    const { run_id } = info;
    await call('POST /runs/create', { experiment_id: no, user_id: 'ada', tags: [{ key: 'mlflow.user', value: 'ada' }] });
    const { model } = await call('POST /logged-models', {
      experiment_id: no,
      name: 'm',
      source_run_id: run_id,
      params: [{ key: 'depth', value: '6' }],
      tags: [{ key: 'a', value: 'b' }],
    });
    const { model_id } = model.info;
    await put(model.info, 'model/MLmodel', 'flavors: {}');
    await call('POST /runs/outputs', { run_id, models: [{ model_id, step: 1 }] });
    await call('POST /runs/log-metric', {
      run_id,
      key: 'auc',
      value: 0.7,
      timestamp: 3,
      model_id,
      dataset_name: 'd',
      dataset_digest: '1',
    });
    const { model: other } = await call('POST /logged-models', { experiment_id: no });
    await call(`DELETE /logged-models/${other.info.model_id}`);
    await call('POST /runs/update', { run_id, status: 'FINISHED', end_time: 99, run_name: 'renamed' });
    const name = await fresh();
    for (let i = 0; i < 3; i++) await call('POST /model-versions/create', { name, source: `runs:/${run_id}/model`, run_id });
    for (const version of ['1', '2'])
      await call('POST /model-versions/transition-stage', { name, version, stage: 'Staging', archive_existing_versions: true });
  });

  it('finds nothing after all that clients do', async () => {
    expect(await findings()).toEqual([]);
    expect(await findings(1)).toEqual([]);
  });

  it.each(TAMPERING)('finds %s that was changed behind its back', async (_, table, statement, kind, message) => {
    const found = await tamperedWith(db, table, statement, () => findings());
    expect(found).toContainEqual(expect.objectContaining({ kind, message: expect.stringMatching(message) }));
    expect(await findings()).toEqual([]);
  });

  it('finds none of what is telemetry, or a client’s word on who somebody is', async () => {
    for (const [table, statement] of [
      ['registry.run_metric', `delete from registry.run_metric`],
      ['registry.run', `update registry.run set user_name = ''`],
      ['registry.run_tag', `delete from registry.run_tag where key = 'mlflow.user'`],
    ] as const)
      expect(await tamperedWith(db, table, statement, () => findings())).toEqual([]);
  });

  it('whatever clients log, nothing is found', async () => {
    const { run_id, artifact_uri: uri } = await start();
    const place = uri.replace('mlflow-artifacts:/', '');
    const { model } = await call('POST /logged-models', { experiment_id: '0' });
    const { model_id } = model.info;
    const key = fc.constantFrom('a', 'b', 'ключ');
    const text = fc.string({ maxLength: 6, unit: 'grapheme' }).filter((one) => !one.includes('\0'));
    const value = fc.oneof(fc.double(), fc.constantFrom('NaN', 'Infinity', -0));
    const step = fc.oneof(
      fc
        .record({ key, value, timestamp: fc.nat(), step: fc.integer({ min: -5, max: 5 }) })
        .map((metric) => ['POST /runs/log-metric', { run_id, ...metric }] as const),
      fc
        .record({ key, value, timestamp: fc.nat() })
        .map((metric) => ['POST /runs/log-metric', { run_id, model_id, ...metric }] as const),
      fc.record({ key, value: text }).map((param) => ['POST /runs/log-parameter', { run_id, ...param }] as const),
      fc.record({ key, value: text }).map((tag) => ['POST /runs/set-tag', { run_id, ...tag }] as const),
      key.map((one) => ['POST /runs/delete-tag', { run_id, key: one }] as const),
      fc.constantFrom('delete', 'restore').map((what) => [`POST /runs/${what}`, { run_id }] as const),
      fc.record({ key, value: text }).map((tag) => [`PATCH /logged-models/${model_id}/tags`, { tags: [tag] }] as const),
      fc.record({ key, value: text }).map((param) => [`POST /logged-models/${model_id}/params`, { params: [param] }] as const),
      fc.constantFrom('FINISHED', 'RUNNING').map((status) => ['POST /runs/update', { run_id, status }] as const),
      key.map((path) => ['PUT', path] as const),
      key.map((path) => ['DELETE', path] as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const [what, args] of steps) {
          if (typeof args === 'string') await tracking.bytes(what, `${place}/${args}`, args);
          else await call(what, args);
        }
        expect(await findings()).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
