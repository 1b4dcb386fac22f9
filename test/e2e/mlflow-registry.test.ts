import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ok } from '../support/mlflow.ts';
import { byKey, byText, during, failed, type Json, TAGS, useRegistry } from '../support/mlflowRegistry.ts';

/** What the client of MLflow 3 does with versions: see mlflow-registry-models.test.ts. */
const registry = useRegistry();
const { versions, listedModel, create, model, version, register, transition } = registry;

describe('versions', () => {
  test('versions are numbered, and found by name, source and run', async () => {
    await create('Numbered');
    const made = await register('Numbered', 'runs:/first/model', 'first_run', { tags: TAGS });
    expect([made.name, made.version, byKey(made.tags)]).toEqual(['Numbered', '1', byKey(TAGS)]);
    const first = await version('Numbered', '1');
    expect(byKey(first.tags)).toEqual(byKey(TAGS));
    expect((await listedModel('Numbered'))[0].latest_versions).toEqual([first]);
    expect((await register('Numbered', 'runs:/first/other', 'first_run')).version).toBe('2');
    const second = await version('Numbered', '2');
    expect((await listedModel('Numbered'))[0].latest_versions).toEqual([second]);
    expect((await versions({ filter: "name = 'Numbered'" })).map(({ version: number }) => number).toSorted(byText)).toEqual([
      '1',
      '2',
    ]);
    expect((await register('Numbered', 'runs:/first/other', 'second_run')).version).toBe('3');
    expect(await versions({ filter: "source_path = 'runs:/first/model'" })).toEqual([first]);
    expect(await versions({ filter: "run_id = 'first_run'" })).toEqual([second, first]);
    expect(await ok(registry.client.get('/model-versions/get-download-uri', { name: 'Numbered', version: '1' }))).toEqual({
      artifact_uri: 'runs:/first/model',
    });
  });

  test('a version is got by its number and by nothing else', async () => {
    await create('Counted');
    await register('Counted', 'runs:/run/model', 'run');
    expect(await version('Counted', '1')).toMatchObject({ name: 'Counted', version: '1', status: 'READY' });
    await failed(
      registry.client.get('/model-versions/get', { name: 'Counted', version: 'not a number' }),
      400,
      'INVALID_PARAMETER_VALUE',
      "Parameter 'version' must be an integer, got 'not a number'.",
    );
  });

  test('a version is described and moved between stages, and the times say so', async () => {
    const { holds: whenModel } = await during(() => create('Moved'));
    whenModel((await model('Moved')).last_updated_timestamp);
    const { holds: whenMade } = await during(() => register('Moved', 'runs:/run/model', 'run'));
    const made = await version('Moved', '1');
    expect(made.description).toBe('');
    whenMade(made.creation_timestamp);
    whenMade(made.last_updated_timestamp);
    const after = await model('Moved');
    whenModel(after.creation_timestamp);
    whenMade(after.last_updated_timestamp);
    expect((await listedModel('Moved'))[0].latest_versions).toEqual([made]);
    await register('Moved', 'runs:/run/other', 'run');
    expect((await listedModel('Moved'))[0].latest_versions).toEqual([await version('Moved', '2')]);

    const { holds: whenMoved } = await during(() => ok(transition('Moved', '1', 'Staging')));
    const moved = await version('Moved', 1);
    whenMade(moved.creation_timestamp);
    whenMoved(moved.last_updated_timestamp);
    whenMoved((await model('Moved')).last_updated_timestamp);
    const latest = (await listedModel('Moved'))[0].latest_versions;
    expect(latest.map(({ version: number }: Json) => number).toSorted(byText)).toEqual(['1', '2']);

    const { holds: whenDescribed } = await during(() =>
      ok(registry.client.patch('/model-versions/update', { name: 'Moved', version: '1', description: 'The good one' })),
    );
    const described = await version('Moved', '1');
    expect(described.description).toBe('The good one');
    whenMade(described.creation_timestamp);
    whenDescribed(described.last_updated_timestamp);
    whenMoved((await model('Moved')).last_updated_timestamp);
  });

  test('the latest version of each stage is told', async () => {
    await registry.mlflow.withoutGuards(async () => {
      await create('Staged');
      const ways = ['Archived', 'Production', 'Archived', 'Production', 'Staging', 'Staging', 'None'] as const;
      for (const [i, stage] of ways.entries()) {
        await sleep(1);
        const { version: number } = await register('Staged', 'runs:/run/model', 'run');
        expect(number).toBe(`${i + 1}`);
        if (stage !== 'None') await ok(transition('Staged', number, stage));
        expect((await version('Staged', number)).current_stage).toBe(stage);
      }
      const latest = async (stages?: readonly string[]) => {
        const { model_versions: found } = await ok(
          registry.client.post('/registered-models/get-latest-versions', { name: 'Staged', ...(stages && { stages }) }),
        );
        return Object.fromEntries(found.map(({ current_stage: stage, version: number }: Json) => [stage, number]));
      };
      expect(await latest(['None'])).toEqual({ None: '7' });
      expect(await latest(['Staging'])).toEqual({ Staging: '6' });
      expect(await latest(['None', 'Staging'])).toEqual({ None: '7', Staging: '6' });
      const all = { Production: '4', Staging: '6', Archived: '3', None: '7' };
      expect(await latest()).toEqual(all);
      expect(await latest([])).toEqual(all);
    });
  });

  test('a version is deleted, is there no more, and its number is never given again', async () => {
    const { holds: whenModel } = await during(() => create('Pruned'));
    const { holds: whenMade } = await during(() => register('Pruned', 'runs:/run/model', 'run'));
    const made = await version('Pruned', 1);
    whenMade(made.creation_timestamp);
    whenMade(made.last_updated_timestamp);
    whenModel((await model('Pruned')).creation_timestamp);
    whenMade((await model('Pruned')).last_updated_timestamp);
    await register('Pruned', 'runs:/run/other', 'run');
    await register('Pruned', 'runs:/run2/a/b/c', 'run2');
    expect((await listedModel('Pruned'))[0].latest_versions[0].version).toBe('3');
    const numbers = async () =>
      (await versions({ filter: "name = 'Pruned'" })).map(({ version: number }) => number).toSorted(byText);
    expect(await numbers()).toEqual(['1', '2', '3']);

    const { holds: whenDeleted } = await during(() =>
      ok(registry.client.delete('/model-versions/delete', { name: 'Pruned', version: '1' })),
    );
    expect(await numbers()).toEqual(['2', '3']);
    whenModel((await model('Pruned')).creation_timestamp);
    whenDeleted((await model('Pruned')).last_updated_timestamp);
    const gone = /Model Version .+ not found/;
    await failed(
      registry.client.delete('/model-versions/delete', { name: 'Pruned', version: '1' }),
      404,
      'RESOURCE_DOES_NOT_EXIST',
      gone,
    );
    await failed(
      registry.client.patch('/model-versions/update', { name: 'Pruned', version: '1', description: 'x' }),
      404,
      'RESOURCE_DOES_NOT_EXIST',
      gone,
    );
    await failed(transition('Pruned', '1', 'Staging'), 404, 'RESOURCE_DOES_NOT_EXIST', gone);
    await ok(registry.client.delete('/model-versions/delete', { name: 'Pruned', version: '3' }));
    expect(await numbers()).toEqual(['2']);
    expect((await register('Pruned', 'runs:/run2/a/b/c', 'run2')).version).toBe('4');
    expect(await numbers()).toEqual(['2', '4']);
  });

  test('tags of a version are set and deleted', async () => {
    await create('Marked');
    await register('Marked', 'runs:/run/model', 'run');
    expect((await version('Marked', '1')).tags ?? []).toEqual([]);
    for (const { key, value } of TAGS.slice(1))
      await ok(registry.client.post('/model-versions/set-tag', { name: 'Marked', version: '1', key, value }));
    expect(byKey((await version('Marked', '1')).tags)).toEqual({ owner: 'risk', year: '2024' });
    await ok(registry.client.delete('/model-versions/delete-tag', { name: 'Marked', version: '1', key: 'owner' }));
    expect(byKey((await version('Marked', '1')).tags)).toEqual({ year: '2024' });
  });

  test('a tag of a version may be empty', async () => {
    await create('Unmarked');
    await register('Unmarked', 'runs:/run/model', 'run');
    await ok(registry.client.post('/model-versions/set-tag', { name: 'Unmarked', version: '1', key: 'note', value: '' }));
    expect(byKey((await version('Unmarked', '1')).tags)).toEqual({ note: '' });
  });

  test('an alias leads to a version until it is deleted', async () => {
    await create('Named');
    await register('Named', 'runs:/run/model', 'run');
    expect([(await model('Named')).aliases ?? [], (await version('Named', '1')).aliases ?? []]).toEqual([[], []]);
    await ok(registry.client.post('/registered-models/alias', { name: 'Named', alias: 'challenger', version: '1' }));
    expect((await model('Named')).aliases).toEqual([{ alias: 'challenger', version: '1' }]);
    const aliased = await version('Named', '1');
    expect(aliased.aliases).toEqual(['challenger']);
    expect(
      (await ok(registry.client.get('/registered-models/alias', { name: 'Named', alias: 'challenger' }))).model_version,
    ).toEqual(aliased);
    await ok(registry.client.delete('/registered-models/alias', { name: 'Named', alias: 'challenger' }));
    expect([(await model('Named')).aliases ?? [], (await version('Named', '1')).aliases ?? []]).toEqual([[], []]);
    await failed(
      registry.client.get('/registered-models/alias', { name: 'Named', alias: 'challenger' }),
      400,
      'INVALID_PARAMETER_VALUE',
      'challenger not found',
    );
  });

  test('a version is copied as the client does it: by its alias, into a model that may be there', async () => {
    await create('Copied');
    const original = await register('Copied', 'runs:/run/model', 'run', {
      description: 'plain',
      tags: [{ key: 'a', value: 'b' }],
    });
    await ok(registry.client.post('/registered-models/alias', { name: 'Copied', alias: 'challenger', version: '1' }));
    const { model_version: from } = await ok(
      registry.client.get('/registered-models/alias', { name: 'Copied', alias: 'challenger' }),
    );
    await failed(
      registry.client.post('/registered-models/create', { name: 'Copied' }),
      400,
      'RESOURCE_ALREADY_EXISTS',
      'already exists',
    );
    const copy = await register('Copied', `models:/${from.name}/${from.version}`, from.run_id, {
      description: from.description,
      tags: from.tags,
    });
    expect([copy.name, copy.version]).toEqual(['Copied', '2']);
    const read = await version('Copied', 2);
    expect([read.source, read.description, read.run_id, byKey(read.tags)]).toEqual([
      'models:/Copied/1',
      'plain',
      'run',
      { a: 'b' },
    ]);
    expect(await ok(registry.client.get('/model-versions/get-download-uri', { name: 'Copied', version: '2' }))).toEqual({
      artifact_uri: original.source,
    });
  });
});
