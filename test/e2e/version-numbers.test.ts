import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { begunHome, codesOf, type GraphqlReply, post, startEmpty } from './running.ts';

let cadastre: Cadastre;
let modelId: string;

const ask = (query: string, variables: object = {}): Promise<GraphqlReply> =>
  post(cadastre.url, cadastre.admin.token, query, {}, variables);

beforeAll(async () => {
  cadastre = await startEmpty(await begunHome(afterAll), {}, { load: loadAllSubgraphs });
  const { body } = await ask(
    'mutation { createModel(input: { idempotencyKey: "m", name: "churn" }) { ... on ModelCreated { model { id } } } }',
  );
  modelId = body.data.createModel.model.id;
});
afterAll(() => cadastre.stop());

test.each([
  ['modelVersion', 'query($n: Int) { modelVersion(model: "churn", number: $n) { id } }'],
  ['gate', 'query($n: Int) { gate(model: "churn", number: $n) { code } }'],
  ['approvalPolicy', 'query($n: Int) { approvalPolicy(name: "production", version: $n) { name } }'],
  [
    'rollbackStage',
    `mutation($n: Int, $key: String!, $modelId: ID!) {
       rollbackStage(input: { idempotencyKey: $key, modelId: $modelId, stage: "production", toVersion: $n }) { __typename } }`,
  ],
])('%s takes no number that no version can have', async (_, source) => {
  const answer = async (n: number): Promise<readonly string[]> =>
    codesOf(await ask(source, source.startsWith('query') ? { n } : { n, modelId, key: `back to ${n}` }));
  for (const n of [-1, 0, -2_147_483_648, 2_147_483_648, 1e20, -1e20, 1.5])
    expect(await answer(n), `${n}`).toEqual(['BAD_USER_INPUT']);
  // The highest that there could be is only not there.
  expect((await answer(2_147_483_647)).filter((code) => code !== 'NOT_FOUND')).toEqual([]);
});
