import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { operationsFor } from '../test/conformance/engineOperations.ts';
import { shopMonolith } from '../test/conformance/engineShop.ts';
import { compiledOperations, mayBeCompiled } from '../gateway/compiledOperations.ts';
const schema = shopMonolith(); const run = compiledOperations(schema);
let current = ''; const hits = new Map<string, string>();
process.on('unhandledRejection', () => { const k = current.slice(0, 4); if (!hits.has(k) || hits.get(k)!.length > current.length) hits.set(k, current); });
for (const mode of ['gjs ', 'jit ']) for (const { source, variables } of fc.sample(operationsFor(schema), { numRuns: 4000, seed: 1 })) {
  const document = parse(source); current = mode + source + JSON.stringify(variables);
  if (mode === 'gjs ') await execute({ schema, document, variableValues: variables });
  else if (mayBeCompiled(schema, document)) await run({ kind: 'query', source, document }, variables, undefined);
  await new Promise((r) => setImmediate(r));
}
console.log(hits);
