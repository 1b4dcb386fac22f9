import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cadastre, startCadastre } from '../../app/cadastre.ts';
import { graph, model, node, value } from '../support/onnxFile.ts';
import { post, sampleHome, silentLog, testConfig } from './running.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
type Json = any;

const PLACE = 'sample://greenhouse';
const columnUrn = (dataset: string, column: string): string => `urn:cadastre:column:${PLACE},greenhouse.${dataset},${column}`;

/** What compliance asks: who used this column in the last year, by whose approval, and prove it. */
const WHICH_MODELS = `query WhichModelsUsedThisColumn($urn: Urn!, $from: DateTime!, $to: DateTime!) {
  column(urn: $urn) {
    dataset { owners { role principal { id name } } }
    usedBy(during: { from: $from, to: $to }, first: 20) { edges { features node {
      stage boundFrom boundTo kind modelVersion { id digest }
      approval { decidedAt decisions { reviewer { id name } verdict } policyVersion }
      auditEntry { action proof { leafIndex treeSize hashes } } } } }
    modelsReached(stage: "staging") { complete models { degree features column { name } binding { modelVersion { model { name } } } } } } }`;

let server: Cadastre;
let token: string;
beforeAll(async () => {
  server = await startCadastre(testConfig(await sampleHome(afterAll)), { log: silentLog });
  const { user } = await change(
    'createUser',
    { name: 'Vera', email: 'vera@example.com', roles: ['steward'] },
    '... on UserCreated { user { id } }',
    server.admin.token,
  );
  const key = await change(
    'createAccessKey',
    { principalId: user.id, label: 'test' },
    '... on AccessKeyCreated { token }',
    server.admin.token,
  );
  token = key.token;
}, 300_000);
afterAll(() => server.stop());

async function ask(document: string, variables: object = {}, as = token): Promise<Json> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
    body: JSON.stringify({ query: document, variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const { data, errors } = (await response.json()) as { data: Json; errors?: Json };
  expect(errors).toBeUndefined();
  return data;
}

async function change(mutation: string, input: object, fields: string, as?: string): Promise<Json> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation($input: ${type}!) { ${mutation}(input: $input) { __typename ... on Refused { code message } ${fields} } }`;
  const answer = (await ask(document, { input: { idempotencyKey: randomUUID(), ...input } }, as))[mutation];
  expect(answer.__typename, JSON.stringify(answer)).not.toBe('Refused');
  return answer;
}

/** Two columns of the features as they are, one transformed, one that nothing explains. */
const churn = (): Buffer =>
  model(
    graph({
      nodes: [node('Identity', { inputs: ['orders_total'], outputs: ['score'] })],
      inputs: ['orders_total', 'voucher_share', 'revenue_total_log', 'moon_phase'].map((name) => value(name, ['batch', 1])),
      outputs: [value('score', ['batch', 1])],
    }),
  );

test('from the bytes of a model to the columns of a warehouse, and back from a column to what used it', async () => {
  const upload = await fetch(`${server.url}/registry/v1/blobs`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: churn(),
  });
  expect(upload.status).toBe(201);
  const { digest } = (await upload.json()) as { digest: string };
  const { model: made } = await change('createModel', { name: 'churn by hand' }, '... on ModelCreated { model { id } }');
  const begun = await change(
    'createModelVersion',
    {
      modelId: made.id,
      artifacts: [{ path: 'model.onnx', digest }],
      datasets: [{ role: 'TRAINING', urn: `urn:cadastre:dataset:${PLACE},greenhouse.ml.churn_features` }],
    },
    '... on ModelVersionCreated { modelVersion { id } }',
  );
  const versionId: string = begun.modelVersion.id;
  const sealed = await change(
    'sealModelVersion',
    { id: versionId },
    '... on ModelVersionSealed { modelVersion { digest datasets { dataset { name } } } }',
  );
  expect(sealed.modelVersion.datasets).toEqual([{ dataset: { name: 'churn_features' } }]);

  const fields = `... on FeatureBindingsProposed { proposed modelVersion { featureBindings { edges { node {
    id feature confidence reasons encoding column { urn } } } } } }`;
  const { proposed, modelVersion } = await change('proposeFeatureBindings', { versionId }, fields);
  expect(proposed).toBe(3);
  const nodes: readonly Json[] = modelVersion.featureBindings.edges.map((edge: Json) => edge.node);
  expect(nodes.map(({ id: _, ...rest }) => rest)).toEqual([
    {
      feature: 'orders_total',
      confidence: 1,
      reasons: ['SAME_NAME'],
      encoding: null,
      column: { urn: columnUrn('ml.churn_features', 'orders_total') },
    },
    {
      feature: 'revenue_total_log',
      confidence: 0.8,
      reasons: ['TRANSFORMED'],
      encoding: 'log',
      column: { urn: columnUrn('ml.churn_features', 'revenue_total') },
    },
    {
      feature: 'voucher_share',
      confidence: 1,
      reasons: ['SAME_NAME'],
      encoding: null,
      column: { urn: columnUrn('ml.churn_features', 'voucher_share') },
    },
  ]);
  const decided = await change(
    'decideFeatureBindings',
    { versionId, confirm: nodes.map(({ id }) => id) },
    '... on FeatureBindingsDecided { bound inputs modelVersion { featureCoverage { coverage unbound } evidence { edges { node { kind name value } } } } }',
  );
  expect(decided).toMatchObject({
    bound: 3,
    inputs: 4,
    modelVersion: {
      featureCoverage: { coverage: 0.75, unbound: ['moon_phase'] },
      evidence: {
        edges: [{ node: { kind: 'LINEAGE', name: 'feature-coverage', value: { bound: 3, inputs: 4, coverage: 0.75 } } }],
      },
    },
  });
  const from = new Date(Date.now() - 60_000).toISOString();
  await change(
    'promoteModelVersion',
    { versionId, stage: 'staging', expectedDigest: sealed.modelVersion.digest },
    '... on ModelVersionPromoted { binding { stage } }',
  );

  const to = new Date(Date.now() + 60_000).toISOString();
  const isProven = async (): Promise<boolean> =>
    (await used('ml.churn_features', 'voucher_share')).usedBy.edges.every(({ node: use }: Json) => use.auditEntry.proof !== null);
  await expect.poll(isProven, { timeout: 60_000 }).toBe(true);
  async function used(dataset: string, column: string): Promise<Json> {
    return (await ask(WHICH_MODELS, { urn: columnUrn(dataset, column), from, to }, server.admin.token)).column;
  }
  const share = await used('ml.churn_features', 'voucher_share');
  // The sample has models of its own, which may use it, too.
  const mine = share.usedBy.edges.filter(({ node: used }: Json) => used.modelVersion?.id === versionId);
  expect(mine).toEqual([
    {
      features: ['voucher_share'],
      node: {
        stage: 'staging',
        kind: 'PROMOTION',
        boundFrom: expect.any(String),
        boundTo: null,
        modelVersion: { id: versionId, digest: sealed.modelVersion.digest },
        // Nothing guards this stage.
        approval: null,
        auditEntry: {
          action: 'registry.stage.bound.v1',
          proof: { leafIndex: expect.any(Number), treeSize: expect.any(Number), hashes: expect.any(Array) },
        },
      },
    },
  ]);
  const other = await used('ml.churn_features', 'tenure_days');
  expect(other.usedBy.edges.map(({ node: use }: Json) => use.modelVersion.id)).not.toContain(versionId);

  // The warehouse's own tables: nobody bound them, but lineage knows what is made of them.
  const raw = await used('raw.orders', 'order_id');
  expect(raw.usedBy.edges).toEqual([]);
  const reached = raw.modelsReached.models.find(({ binding }: Json) => binding.modelVersion.model.name === 'churn by hand');
  expect(reached.degree).toBeGreaterThan(0);
  const dataset = await ask(
    'query($urn: Urn!) { dataset(urn: $urn) { consumedBy { edges { roles featureCount node { id model { name } } } } } }',
    { urn: `urn:cadastre:dataset:${PLACE},greenhouse.ml.churn_features` },
  );
  expect(dataset.dataset.consumedBy.edges).toContainEqual({
    roles: ['TRAINING'],
    featureCount: 3,
    node: { id: versionId, model: { name: 'churn by hand' } },
  });
  expect((await post(server.url, 'no token', '{ models { edges { cursor } } }')).status).toBe(401);
});
