import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { codesOf, post, startEmpty, begunHome } from './running.ts';

let cadastre: Cadastre;

const ask = (query: string, token = cadastre.admin.token) => post(cadastre.url, token, query);

async function makeToken(name: string, role: string, scope: string): Promise<{ readonly id: string; readonly token: string }> {
  const made = await ask(
    `mutation { createUser(input: { idempotencyKey: "${name}", name: "${name}", email: "${name}@example.com", roles: [${role}] }) { ... on UserCreated { user { id } } } }`,
  );
  const { id } = made.body.data.createUser.user;
  const key = await ask(
    `mutation { createAccessKey(input: { idempotencyKey: "key of ${name}", principalId: "${id}", label: "x", scopes: [${scope}] }) { ... on AccessKeyCreated { token } } }`,
  );
  return { id, token: key.body.data.createAccessKey.token };
}

/** What the trail says of what somebody was refused, as soon as it says something. */
async function refusedOf(actorId: string): Promise<readonly unknown[]> {
  for (let i = 0; i < 100; i++) {
    const { body } = await ask(
      `{ auditTrail(filter: { actorId: "${actorId}", outcome: REFUSED }) { edges { node { action subjectId reason policyIds } } } }`,
    );
    const edges: readonly { readonly node: unknown }[] = body.data.auditTrail.edges;
    if (edges.length > 0) return edges.map(({ node }) => node);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return [];
}

beforeAll(async () => {
  cadastre = await startEmpty(await begunHome(afterAll), {}, { load: loadAllSubgraphs });
});
afterAll(() => cadastre.stop());

const refusal = (subjectId: string, policyId = 'default.deny') => ({
  action: 'governance.access.refused.v1',
  subjectId,
  reason: 'FORBIDDEN',
  policyIds: [policyId],
});

test('whoever reads the audit trail without the right to leaves one event, however often they try', async () => {
  const { id, token } = await makeToken('reader', 'analyst', 'graph');
  for (let i = 0; i < 10; i++)
    expect(codesOf(await ask('{ auditTrail { edges { node { id } } } }', token))).toEqual(['FORBIDDEN']);
  expect(await refusedOf(id)).toEqual([refusal('audit.read')]);
});

test('so does a mutation that is turned down before it begins', async () => {
  const { id, token } = await makeToken('nobody', '', 'graph');
  const start = `mutation { startCrawl(input: { idempotencyKey: "x", source: "shop" }) { __typename } }`;
  expect(codesOf(await ask(start, token))).toEqual(['FORBIDDEN']);
  expect(await refusedOf(id)).toEqual([refusal('catalog.browse')]);
});

test('so does pushing of lineage events, and a token that was made for something else', async () => {
  const { id, token } = await makeToken('pusher', 'analyst', 'graph');
  const pushed = await fetch(`${cadastre.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{}',
  });
  expect(pushed.status).toBe(403);
  expect(await refusedOf(id)).toEqual([refusal('catalog.ingest')]);
  const ingest = await makeToken('ingester', 'bot', 'ingest');
  const asked = await ask('{ me { authMethod } }', ingest.token);
  expect(asked.status).toBe(403);
  expect(await refusedOf(ingest.id)).toEqual([refusal('scope.graph', 'scope.graph')]);
});
