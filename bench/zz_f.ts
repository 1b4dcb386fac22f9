import { compose } from '../gateway/compose.ts';
import { planningDocument } from '../gateway/planningDocument.ts';
import { pickOperation } from '../gateway/operation.ts';
import { resolveConditions } from '../gateway/conditions.ts';
import { operationsFor } from '../test/conformance/engineOperations.ts';
import { SHOP } from '../test/conformance/engineShop.ts';
import { buildSchema, parse } from 'graphql';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { QueryPlanner } from '@graphql-hive/router-query-planner';
const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key" "@requires" "@external" "@provides" "@shareable" "@override" "@inaccessible" "@interfaceObject"])\n`;
const { supergraphSdl, apiSdl } = compose(Object.entries(SHOP).map(([name, { sdl }]) => ({ name, typeDefs: HEADER + sdl })));
const qp = new QueryPlanner(supergraphSdl); const kinds = new Map<string, [number, string]>();
const mode = process.argv[2];
const ops = process.argv[4] ? [{ source: process.argv[4], variables: {} }] : fc.sample(operationsFor(buildSchema(apiSdl)), { numRuns: 3000, seed: Number(process.argv[3]) });
for (const { source, variables } of ops) {
  const pd = planningDocument(resolveConditions(pickOperation(parse(source), undefined), variables));
  for (const { text } of pd.parts) { writeFileSync('/tmp/gx/last.graphql', text); try { if (mode === 'sync') qp.plan(text, null, new Set(), 0); else await qp.planAsync(text, null, new Set(), 0); } catch (e: any) { const k = e.message.replace(/'[^']*'/g, "'…'"); const o = kinds.get(k); kinds.set(k, [(o?.[0] ?? 0) + 1, !o || text.length < o[1].length ? text : o[1]]); } }
}
console.log(ops.length, [...kinds].map(([k, [n, t]]) => `${n} x ${k}\n    ${t.replace(/\s+/g, ' ')}`).join('\n'));
