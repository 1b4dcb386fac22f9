import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { compileQuery } from 'graphql-jit';
import { operationsFor } from '../test/conformance/engineOperations.ts';
import { shopMonolith } from '../test/conformance/engineShop.ts';
import { plain } from '../test/conformance/engineHarness.ts';
import { isDeepStrictEqual } from 'node:util';
const schema = shopMonolith();
const shown = ({ errors = [] }: any) => errors.map(({ message, path }: any) => `${JSON.stringify(path)} ${message}`).toSorted();
const race = (p: any) => Promise.race([p, new Promise((r) => setTimeout(() => r('HANG'), 300))]);
let n = 0; const kinds = new Map<string, [number, string]>();
const add = (k: string, t: string) => { const o = kinds.get(k); kinds.set(k, [(o?.[0] ?? 0) + 1, !o || t.length < o[1].length ? t : o[1]]); };
for (const { source, variables } of fc.sample(operationsFor(schema), { numRuns: Number(process.argv[2]), seed: Number(process.argv[3]) })) {
  n++;
  const document = parse(source);
  const e = plain(await execute({ schema, document, variableValues: variables }));
  const c: any = compileQuery(schema, document);
  if (!c.query) { add('uncompiled ' + JSON.stringify(c), source); continue; }
  let a: any; try { a = await race(c.query(undefined, undefined, variables)); } catch (x: any) { add('THROW ' + x.message.slice(0, 80), source + JSON.stringify(variables)); continue; }
  if (a === 'HANG') { add('HANG', source + JSON.stringify(variables)); continue; }
  a = plain(a);
  if (!isDeepStrictEqual(a.data, e.data)) add('data', source + JSON.stringify(variables) + '\n      ' + JSON.stringify(a).slice(0, 500) + '\n      ' + JSON.stringify(e).slice(0, 500));
  else if (!isDeepStrictEqual(shown(a), shown(e))) add('errors', source + JSON.stringify(variables) + '\n      ' + shown(a).join(' | ').slice(0, 500) + '\n      ' + shown(e).join(' | ').slice(0, 500));
}
console.log(n, [...kinds].map(([k, [m, t]]) => `${m} x ${k}\n    ${t}`).join('\n')); process.exit(0);
