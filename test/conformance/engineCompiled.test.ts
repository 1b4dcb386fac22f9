import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { expect, test } from 'vitest';
import { plain } from './engineHarness.ts';
import { operationsFor } from './engineOperations.ts';
import { shopMonolith } from './engineShop.ts';

const RUNS = Number(process.env['ENGINE_FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['ENGINE_FUZZ_SEED'] ?? 20_261_121);

test('a compiled operation answers as graphql-js does, errors and their paths included', async () => {
  const schema = shopMonolith();
  const property = fc.asyncProperty(operationsFor(schema), async ({ source, variables }) => {
    const document = parse(source);
    const expected = plain(await execute({ schema, document, variableValues: variables }));
    const compiled = compileQuery(schema, document);
    if (!isCompiledQuery(compiled)) throw new Error('not compiled');
    const actual = plain(await compiled.query(undefined, undefined, variables));
    expect(actual.data).toEqual(expected.data);
    expect(shown(actual)).toEqual(shown(expected));
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED });
}, 600_000);

const shown = ({ errors = [] }: ReturnType<typeof plain>) =>
  errors.map(({ message, path }) => `${JSON.stringify(path)} ${message}`).toSorted();
