import { beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../kernel/identity/principal.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';
import { track, type Tracking } from './tracking.ts';

describeOnOneEngine('who made what clients of MLflow register', (open) => {
  let tracking: Tracking;
  let [starter, uploader, registrar]: readonly [Principal, Principal, Principal] = [] as never;
  beforeAll(async () => {
    tracking = await track(await open());
    const steward = async (): Promise<Principal> => tracking.person(['steward'], [await tracking.team()]);
    [starter, uploader, registrar] = [await steward(), await steward(), await steward()];
  });

  const registered = async (source: string, more: object = {}): Promise<readonly [name: string, id: string]> => {
    const name = `model ${Math.random()}`;
    await tracking.call('POST /registered-models/create', { name }, registrar);
    const made = await tracking.call('POST /model-versions/create', { name, source, ...more }, registrar);
    expect(made.status).toBe(200);
    const [row] = await tracking.db.query<{ id: string }>(
      'select v.id from registry.model_version v join registry.model m on m.no = v.model_no where m.name = $1',
      [name],
    );
    return [name, row?.id ?? ''];
  };
  const creatorsOf = async (id: string): Promise<readonly string[]> => {
    const [row] = await tracking.db.query<{ ids: readonly string[] }>(
      'select creator_ids as ids from kernel.approval_subject where subject_id = $1',
      [id],
    );
    return row?.ids ?? [];
  };
  const run = async (): Promise<Payload> => {
    const { info } = (await tracking.call('POST /runs/create', {}, starter)).run;
    const root = info.artifact_uri.replace('mlflow-artifacts:/', '');
    await tracking.bytes('PUT', `${root}/model/model.pkl`, 'pickled', uploader);
    await tracking.bytes('PUT', `${root}/notes.txt`, 'beside the model', tracking.admin);
    return info;
  };
  const all = (): readonly string[] => [starter, uploader, registrar].map(({ id }) => id).toSorted();

  test('is whoever began the run, wrote the bytes of the model, or registered it: nobody of them approves it', async () => {
    await tracking.policy({ evidence: [], reviewers: [{ role: 'steward', min: 1 }], forbid: ['creator'] });
    const [, id] = await registered(`runs:/${(await run()).run_id}/model`);
    expect(await creatorsOf(id)).toEqual(all());
    const request = await tracking.requested(tracking.admin, { subjectId: id } as never);
    for (const who of [starter, uploader, registrar])
      expect(await tracking.decided(who, request.id, 'APPROVE')).toMatchObject({ code: 'FOUR_EYES' });
    const other = await tracking.person(['steward']);
    expect((await tracking.decided(other, request.id, 'APPROVE')).request.state).toBe('APPROVED');
  });

  test('is also known of a copy, and of a draft that has only the name of a run', async () => {
    const { run_id: runId } = await run();
    const [name] = await registered(`runs:/${runId}/model`);
    const [, copy] = await registered(`models:/${name}/1`);
    expect(await creatorsOf(copy)).toEqual(all());
    const [, draft] = await registered('runs:/nothing/there', { run_id: runId });
    expect(await creatorsOf(draft)).toEqual([starter.id, registrar.id].toSorted());
  });
});
