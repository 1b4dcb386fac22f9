import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exactPaths, explainedNulls } from './engineExplained.ts';
import { type Federation, federation, plain, TRANSPORTS } from './engineHarness.ts';
import { operationsFor } from './engineOperations.ts';
import { SHOP, shopMonolith } from './engineShop.ts';

const RUNS = Number(process.env['ENGINE_FUZZ_RUNS'] ?? 300);
const SEED = process.env['ENGINE_FUZZ_SEED'];

describe.each(TRANSPORTS)('engine over subgraphs %s', (transport) => {
  let shop: Federation;
  beforeAll(async () => {
    shop = await federation(SHOP, transport);
  });
  afterAll(() => shop.close());

  test('answers like one schema over the same data, with errors at the same places', async () => {
    const monolith = shopMonolith();
    const property = fc.asyncProperty(operationsFor(monolith), async ({ source, variables }) => {
      const expected = plain(await execute({ schema: monolith, document: parse(source), variableValues: variables }));
      const actual = plain(await shop.engine.execute({ source, variables, context: {} }));
      fc.pre(actual.errors?.[0]?.message !== 'The operation cannot be planned.');
      expect(actual.data).toEqual(expected.data);
      expect(explainedNulls(actual)).toEqual(explainedNulls(expected));
      expect(exactPaths(actual)).toEqual(exactPaths(expected));
    });
    await fc.assert(property, { numRuns: RUNS, ...(SEED === undefined ? { seed: 20_261_121 } : { seed: Number(SEED) }) });
  }, 600_000);
});
