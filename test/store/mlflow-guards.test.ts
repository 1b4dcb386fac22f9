import { beforeAll, describe, expect, test, vi } from 'vitest';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';
import { trainedRuns } from './trainedRuns.ts';

describeOnOneEngine('guarded and other stages of clients of MLflow', (open) => {
  let tracking: Tracking;
  const { call, fresh, row, trained } = trainedRuns(() => tracking);

  beforeAll(async () => {
    tracking = await track(await open());
  });

  describe('what a policy guards', () => {
    test('is reached only by what is approved; a refusal names the policy and what is missing', async () => {
      await tracking.policy({ evidence: [{ kind: 'metrics', cel: 'auc >= 0.75' }] });
      const [name, info] = [await fresh(), await trained()];
      await call('POST /model-versions/create', { name, source: `runs:/${info.run_id}/model` });
      const denied = {
        status: 403,
        error_code: 'PERMISSION_DENIED',
        message: expect.stringMatching(/approval policy "production".*approv/is),
      };
      for (const alias of ['production', 'Production', ' production ', 'PRODUCTION'])
        expect(await call('POST /registered-models/alias', { name, alias, version: '1' })).toMatchObject(denied);
      expect(await call('POST /model-versions/transition-stage', { name, version: '1', stage: 'Production' })).toMatchObject(
        denied,
      );
      expect(
        await call('POST /model-versions/transition-stage', {
          name,
          version: '1',
          stage: 'production',
          archive_existing_versions: true,
        }),
      ).toMatchObject(denied);
      // Looks like it, and is another word.
      expect(await call('POST /registered-models/alias', { name, alias: 'prоduction', version: '1' })).toMatchObject({
        status: 400,
        error_code: 'INVALID_PARAMETER_VALUE',
      });
      expect(await call('GET /registered-models/alias', { name, alias: 'production' })).toMatchObject({
        status: 400,
        message: expect.stringContaining('not found'),
      });

      const subject = { subjectId: (await row(name, 1)).id };
      const request = await tracking.requested(await tracking.person(['steward']), subject as never);
      for (let i = 0; i < 2; i++) {
        const reviewer = await tracking.person(['steward'], [await tracking.team()]);
        await tracking.decided(reviewer, request.id, 'APPROVE');
      }
      expect((await tracking.show(request.id)).state).toBe('APPROVED');
      expect(await call('POST /registered-models/alias', { name, alias: 'production', version: '1' })).toEqual({ status: 200 });
      // The same again is no fault of anybody.
      expect(await call('POST /registered-models/alias', { name, alias: 'production', version: '1' })).toEqual({ status: 200 });
      const { model_version: shown } = await call('GET /registered-models/alias', { name, alias: 'Production' });
      expect(shown).toMatchObject({ version: '1', current_stage: 'Production', aliases: ['production'] });
      const [binding] = await tracking.db.query<Payload>(
        'select kind, approval_id from registry.stage_binding where version_id = $1',
        [subject.subjectId],
      );
      expect(binding).toEqual({ kind: 'PROMOTION', approval_id: request.id });

      for (const gone of ['/model-versions/delete', '/registered-models/delete'])
        expect(await call(`DELETE ${gone}`, { name, version: '1' })).toMatchObject({
          status: 403,
          error_code: 'PERMISSION_DENIED',
        });
      expect(
        (await call('POST /model-versions/transition-stage', { name, version: '1', stage: 'Archived' })).model_version
          .current_stage,
      ).toBe('Archived');
      expect((await call('GET /registered-models/get', { name })).registered_model.aliases).toBeUndefined();
    });

    test('is not reached by a draft either, nor by who may not promote', async () => {
      const name = await fresh();
      await call('POST /model-versions/create', { name, source: 'runs:/nothing/there' });
      expect(await row(name, 1)).toMatchObject({ state: 'DRAFT' });
      expect(await call('POST /registered-models/alias', { name, alias: 'production', version: '1' })).toMatchObject({
        status: 403,
        message: expect.stringMatching(/approval policy "production".*draft/s),
      });
      const analyst = await newcomer(tracking, 'user', ['analyst']);
      expect(await call('POST /registered-models/alias', { name, alias: 'production', version: '1' }, analyst)).toMatchObject({
        status: 403,
        error_code: 'PERMISSION_DENIED',
      });
      expect(await call('POST /registered-models/alias', { name, alias: 'champion', version: '1' }, analyst)).toMatchObject({
        status: 403,
      });
    });

    test('an alias from before is not shown as soon as its name is guarded', async () => {
      const name = await fresh();
      await call('POST /model-versions/create', { name, source: 'runs:/r/model' });
      await call('POST /registered-models/alias', { name, alias: 'canary', version: '1' });
      await tracking.policy({ target: { kind: 'MODEL_STAGE', stage: 'canary' } }, 'canary');
      expect((await call('GET /registered-models/get', { name })).registered_model.aliases).toBeUndefined();
      expect((await call('GET /model-versions/get', { name, version: '1' })).model_version.aliases).toBeUndefined();
      expect(await call('GET /registered-models/alias', { name, alias: 'canary' })).toMatchObject({ status: 400 });
      await tracking.run(tracking.admin, 'retireApprovalPolicy', { name: 'canary', reason: 'test' });
      expect((await call('GET /registered-models/get', { name })).registered_model.aliases).toEqual([
        { alias: 'canary', version: '1' },
      ]);
    });
  });

  describe('a stage that was only said of a version', () => {
    const guarded = { kind: 'MODEL_STAGE', stage: 'staging', tags: ['risk:high'] };
    const move = (name: string, version: string, stage = 'Staging') =>
      call('POST /model-versions/transition-stage', { name, version, stage });
    const stageOf = async (name: string, version: string): Promise<string> =>
      (await call('GET /model-versions/get', { name, version })).model_version.current_stage;
    const latest = async (name: string, stages: string[]): Promise<string[]> => {
      const { model_versions: found = [] } = await call('POST /registered-models/get-latest-versions', { name, stages });
      return found.map(({ version }: Payload) => version);
    };

    test('is none as soon as it is guarded, and does not hide what was approved', async () => {
      await tracking.policy({ target: guarded }, 'staging');
      const [name, info] = [await fresh(), await trained()];
      for (let i = 0; i < 3; i++) await call('POST /model-versions/create', { name, source: `runs:/${info.run_id}/model` });
      expect(await move(name, '3')).toMatchObject({ model_version: { current_stage: 'Staging' } });
      expect(await latest(name, ['Staging'])).toEqual(['3']);
      await call('POST /registered-models/set-tag', { name, key: 'risk', value: 'high' });
      expect([await stageOf(name, '3'), await latest(name, ['Staging']), await latest(name, ['None'])]).toEqual([
        'None',
        [],
        ['3'],
      ]);

      const request = await tracking.requested(
        await tracking.person(['steward']),
        { subjectId: (await row(name, 2)).id } as never,
        'staging',
      );
      for (let i = 0; i < 2; i++)
        await tracking.decided(await tracking.person(['steward'], [await tracking.team()]), request.id, 'APPROVE');
      expect(await move(name, '2')).toMatchObject({ model_version: { current_stage: 'Staging' } });
      expect([await latest(name, ['Staging']), await latest(name, ['None'])]).toEqual([['2'], ['3']]);
      const { registered_model: shown } = await call('GET /registered-models/get', { name });
      expect(shown.latest_versions.map(({ version, current_stage: stage }: Payload) => [version, stage])).toEqual([
        ['2', 'Staging'],
        ['3', 'None'],
      ]);
      // Where nothing guards it any more, it is said of it as before, and the higher number goes first.
      await call('DELETE /registered-models/delete-tag', { name, key: 'risk' });
      expect(await latest(name, ['Staging'])).toEqual(['3']);
    });

    test('is not said when it comes to be guarded meanwhile', async () => {
      const name = await fresh();
      await call('POST /model-versions/create', { name, source: 'runs:/r/model' });
      const { db } = tracking.kernel;
      const transaction = db.transaction.bind(db);
      vi.spyOn(db, 'transaction').mockImplementationOnce(async (work, options) => {
        await tracking.policy({ target: { kind: 'MODEL_STAGE', stage: 'archived' } }, 'archived');
        return transaction(work, options);
      });
      expect(await move(name, '1', 'Archived')).toMatchObject({
        status: 403,
        message: expect.stringContaining('guarded by the approval policy "archived"'),
      });
      const said = await db.query('select stage from registry.mlflow_version where version_id = $1', [(await row(name, 1)).id]);
      expect(said).toEqual([{ stage: 'None' }]);
      await tracking.run(tracking.admin, 'retireApprovalPolicy', { name: 'archived', reason: 'test' });
    });
  });

  test('stages that nothing guards are said of versions, and others may be archived on the way', async () => {
    const name = await fresh();
    for (let i = 0; i < 3; i++) await call('POST /model-versions/create', { name, source: 'runs:/r/model' });
    const move = (version: string, stage: string, archive = false) =>
      call('POST /model-versions/transition-stage', { name, version, stage, archive_existing_versions: archive });
    const stages = async () => {
      const { model_versions: found } = await call('GET /model-versions/search', {
        filter: `name = '${name}'`,
        order_by: ['version_number'],
      });
      return found.map(({ current_stage: stage }: Payload) => stage);
    };
    await move('1', 'staging');
    await move('2', 'Staging');
    expect(await stages()).toEqual(['Staging', 'Staging', 'None']);
    await move('3', 'STAGING', true);
    expect(await stages()).toEqual(['Archived', 'Archived', 'Staging']);
    expect(await move('3', 'Archived', true)).toMatchObject({ status: 400, error_code: 'INVALID_PARAMETER_VALUE' });
    expect(await move('3', 'Live')).toMatchObject({
      status: 400,
      message: expect.stringContaining('None, Staging, Production, Archived'),
    });
    await move('3', 'None');
    expect(await stages()).toEqual(['Archived', 'Archived', 'None']);
  });
});
