import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ok } from '../support/mlflow.ts';
import { byKey, during, failed, type Json, TAGS, useRegistry } from '../support/mlflowRegistry.ts';

/**
 * What the client of MLflow 3 does with models, and how it searches, call by call: with mlflow-registry.test.ts one test for each
 * of the 48 cases of the client's own acceptance suite, with models and words of ours.
 */
const registry = useRegistry();
const { models, versions, listedModel, create, model, register, emptyRegistry } = registry;

describe('models', () => {
  test('a model is made, read and found', async () => {
    const { result: made, holds } = await during(() => create('Claims', TAGS));
    expect(made.name).toBe('Claims');
    expect(byKey(made.tags)).toEqual(byKey(TAGS));
    const read = await model('Claims');
    expect([read.name, byKey(read.tags), read.description, read.latest_versions ?? []]).toEqual(['Claims', byKey(TAGS), '', []]);
    holds(read.creation_timestamp);
    holds(read.last_updated_timestamp);
    for (const query of [{}, { filter: '' }, { filter: "name = 'Claims'" }])
      expect((await models(query)).filter(({ name }) => name === 'Claims')).toHaveLength(1);
  });

  test('a model is renamed and described, and is not there under earlier names', async () => {
    const { holds: whenMade } = await during(() => create('Renewal'));
    const made = await model('Renewal');
    expect(made.description).toBe('');
    whenMade(made.creation_timestamp);
    whenMade(made.last_updated_timestamp);

    const { holds: whenRenamed } = await during(() =>
      ok(registry.client.post('/registered-models/rename', { name: 'Renewal', new_name: 'Renewal II' })),
    );
    await failed(
      registry.client.get('/registered-models/get', { name: 'Renewal' }),
      404,
      'RESOURCE_DOES_NOT_EXIST',
      'Registered Model with name=Renewal not found',
    );
    const renamed = await model('Renewal II');
    whenMade(renamed.creation_timestamp);
    whenRenamed(renamed.last_updated_timestamp);

    const { holds: whenDescribed } = await during(() =>
      ok(registry.client.patch('/registered-models/update', { name: 'Renewal II', description: 'Who stays' })),
    );
    const described = await model('Renewal II');
    expect(described.description).toBe('Who stays');
    whenMade(described.creation_timestamp);
    whenDescribed(described.last_updated_timestamp);

    const { holds: whenBoth } = await during(async () => {
      await ok(registry.client.patch('/registered-models/update', { name: 'Renewal II', description: 'Who goes' }));
      await ok(registry.client.post('/registered-models/rename', { name: 'Renewal II', new_name: 'Renewal III' }));
    });
    const both = await model('Renewal III');
    expect([both.name, both.description]).toEqual(['Renewal III', 'Who goes']);
    whenMade(both.creation_timestamp);
    whenBoth(both.last_updated_timestamp);

    const { holds: whenLast } = await during(() =>
      ok(registry.client.post('/registered-models/rename', { name: 'Renewal III', new_name: 'Renewal IV' })),
    );
    const last = await model('Renewal IV');
    expect(last.description).toBe('Who goes');
    whenMade(last.creation_timestamp);
    whenLast(last.last_updated_timestamp);
    for (const name of ['Renewal', 'Renewal II', 'Renewal III'])
      await failed(
        registry.client.get('/registered-models/get', { name }),
        404,
        'RESOURCE_DOES_NOT_EXIST',
        `Registered Model with name=${name} not found`,
      );
  });

  test('a model is deleted, is there no more, and its name is free again', async () => {
    const { holds: whenMade } = await during(() => create('Fleeting'));
    const made = await model('Fleeting');
    whenMade(made.creation_timestamp);
    whenMade(made.last_updated_timestamp);
    expect(await listedModel('Fleeting')).toHaveLength(1);
    await failed(
      registry.client.post('/registered-models/create', { name: 'Fleeting' }),
      400,
      'RESOURCE_ALREADY_EXISTS',
      /Registered Model .+ already exists/,
    );
    await ok(registry.client.delete('/registered-models/delete', { name: 'Fleeting' }));
    const gone = /Registered Model .+ not found/;
    await failed(registry.client.get('/registered-models/get', { name: 'Fleeting' }), 404, 'RESOURCE_DOES_NOT_EXIST', gone);
    await failed(
      registry.client.post('/registered-models/rename', { name: 'Fleeting', new_name: 'Lasting' }),
      404,
      'RESOURCE_DOES_NOT_EXIST',
      gone,
    );
    expect(await listedModel('Fleeting')).toEqual([]);
    const { holds: whenAgain } = await during(() => create('Fleeting'));
    const again = await model('Fleeting');
    whenAgain(again.creation_timestamp);
    whenAgain(again.last_updated_timestamp);
    expect(await listedModel('Fleeting')).toHaveLength(1);
  });

  test('tags of a model are set and deleted', async () => {
    await create('Tagged');
    expect((await model('Tagged')).tags ?? []).toEqual([]);
    for (const { key, value } of TAGS.slice(1))
      await ok(registry.client.post('/registered-models/set-tag', { name: 'Tagged', key, value }));
    expect(byKey((await model('Tagged')).tags)).toEqual({ owner: 'risk', year: '2024' });
    await ok(registry.client.delete('/registered-models/delete-tag', { name: 'Tagged', key: 'owner' }));
    expect(byKey((await model('Tagged')).tags)).toEqual({ year: '2024' });
  });

  test('a tag of a model may be empty', async () => {
    await create('Blank');
    await ok(registry.client.post('/registered-models/set-tag', { name: 'Blank', key: 'note', value: '' }));
    expect(byKey((await model('Blank')).tags)).toEqual({ note: '' });
  });
});

describe('searching models', () => {
  const NAMES = Array.from({ length: 29 }, (_, i) => `PremiumSearch${String(i).padStart(3, '0')}`);

  beforeAll(async () => {
    await emptyRegistry();
    for (const name of NAMES) await create(name);
  });

  describe.each([1, 8, 100])('%i at a time', (most) => {
    test.each([
      [undefined, () => true],
      ['', () => true],
      ["name LIKE '%7'", (name: string) => name.endsWith('7')],
      ["name ILIKE '%mium%00%'", (name: string) => name.includes('00')],
      ["name LIKE '%PREMIUM%00%'", () => false],
      ["name = 'nosuch'", () => false],
      ["name = 'PremiumSearch023'", (name: string) => name === 'PremiumSearch023'],
    ])('those that fit %j come in the order of their names', async (filter, fits) => {
      const found = await models({ filter, max_results: most });
      expect(found.map(({ name }) => name)).toEqual(NAMES.filter((name) => fits(name)));
    });
  });
});

test('the client of R searches models by POST, with the same answer', async () => {
  await emptyRegistry();
  for (const name of ['PostedB', 'PostedA']) await create(name);
  const asked = { filter: "name LIKE 'Posted%'", max_results: 1, order_by: ['name ASC'] };
  const posted = await ok(registry.client.post('/registered-models/search', asked));
  expect(posted).toEqual(await ok(registry.client.get('/registered-models/search', asked)));
  expect(posted.registered_models.map(({ name }: { name: string }) => name)).toEqual(['PostedA']);
});

describe('searching versions', () => {
  const NAMES = Array.from({ length: 29 }, (_, i) => `TariffSearch${String(i).padStart(3, '0')}`);
  /** The last one first, as a search without an order answers. */
  let all: Json[];

  beforeAll(async () => {
    await emptyRegistry();
    for (const name of NAMES) await create(name);
    const made: Json[] = [];
    for (const name of [...NAMES, ...NAMES.slice(0, 10)]) {
      // So that no two have the same time.
      await sleep(1);
      made.push(await register(name, 'runs:/no_such_run/model', 'no_such_run'));
    }
    all = made.reverse();
  });

  const shown = (rows: readonly Json[]) => rows.map(({ name, version: number }) => [name, number]);

  test.each([
    [undefined, () => true],
    ['', () => true],
    ["name LIKE '%2'", (name: string) => name.endsWith('2')],
    ["name ILIKE '%RIFF%00%'", (name: string) => name.includes('00')],
    ["name LIKE '%RIFF%00%'", () => false],
    ["name = 'nosuch'", () => false],
    ["name = 'TariffSearch03'", () => false],
  ])('those that fit %j come the last one first', async (filter, fits) => {
    expect(shown(await versions({ filter }))).toEqual(shown(all.filter(({ name }) => fits(name))));
  });

  test.each([1, 8, 100])('%i at a time, all of them come', async (most) => {
    expect(shown(await versions({ max_results: most }))).toEqual(shown(all));
  });

  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  test.each([
    [undefined, (a: Json, b: Json) => b.last_updated_timestamp - a.last_updated_timestamp],
    [['name DESC'], (a: Json, b: Json) => compare(b.name, a.name) || Number(b.version) - Number(a.version)],
    [['version_number DESC'], (a: Json, b: Json) => Number(b.version) - Number(a.version) || compare(a.name, b.name)],
  ])('in the order %j', async (order, by) => {
    expect(shown(await versions({ order_by: order }))).toEqual(shown(all.toSorted(by)));
  });
});
