import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Json, useRegistry } from '../support/mlflowRegistry.ts';

/** How the client of MLflow 3 searches a registry: see mlflow-registry.test.ts. */
const { models, versions, create, register, emptyRegistry } = useRegistry();

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
