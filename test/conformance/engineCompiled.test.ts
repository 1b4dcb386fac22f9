import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compiledOperations, mayBeCompiled } from '../../gateway/compiledOperations.ts';
import { exactErrors, explainedNulls } from './engineExplained.ts';
import { plain } from './engineHarness.ts';
import { operationsFor } from './engineOperations.ts';
import { shopMonolith } from './engineShop.ts';

const RUNS = Number(process.env['ENGINE_FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['ENGINE_FUZZ_SEED'] ?? 20_261_121);

test('a compiled operation answers as graphql-js does, errors and their paths included', async () => {
  const schema = shopMonolith();
  const run = compiledOperations(schema);
  let compiled = 0;
  const property = fc.asyncProperty(operationsFor(schema), async ({ source, variables }) => {
    const document = parse(source);
    if (mayBeCompiled(schema, document)) compiled++;
    const expected = plain(await execute({ schema, document, variableValues: variables }));
    const actual = plain(await run({ kind: 'query', source, document }, variables, undefined));
    expect(actual.data).toEqual(expected.data);
    expect(explainedNulls(actual)).toEqual(explainedNulls(expected));
    expect(exactErrors(actual)).toEqual(exactErrors(expected));
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
  expect(compiled, 'operations that were really compiled').toBeGreaterThan(RUNS / 20);
}, 600_000);
