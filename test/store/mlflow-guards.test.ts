import { beforeAll, describe, expect, test } from 'vitest';
import { describeOnEngines } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';
import { trainedRuns } from './trainedRuns.ts';

describeOnEngines('guarded and other stages of clients of MLflow', (open) => {
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
