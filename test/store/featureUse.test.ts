import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Instant } from '../../kernel/time.ts';
import { type ChurnVersion, churnVersion, columnUrn, datasetUrn, ingestShop, intoStage } from '../support/churnModel.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const USED = `query($urn: Urn!, $during: Period, $first: Int, $after: String) { column(urn: $urn) { usedBy(during: $during, first: $first, after: $after) {
  edges { features node { stage kind boundFrom boundTo modelVersion { number model { name } } auditEntry { id } } } pageInfo { hasNextPage endCursor } } } }`;
const REACHED = `query($urn: Urn!, $stage: String!) { column(urn: $urn) { modelsReached(stage: $stage) {
  complete truncation models { degree features column { name } binding { stage modelVersion { model { name } } } } } } }`;
const CONSUMED = `query($urn: Urn!) { dataset(urn: $urn) { consumedBy {
  edges { roles featureCount node { model { name } } } pageInfo { hasNextPage } } } }`;

describeOnOneEngine('what uses a column', (open) => {
  let db: Database;
  let graph: WholeGraph;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    graph = await wholeGraph(db);
    await ingestShop(graph);
  });

  const at = (day: string): { readonly simulatedAt: Instant } => ({ simulatedAt: `2026-${day}T00:00:00.000000Z` as Instant });
  const bind = async ({ versionId }: ChurnVersion, feature: string, dataset: string, column: string): Promise<void> => {
    const bindings = [{ feature, column: { urn: columnUrn(dataset, column) } }];
    expect(await graph.change('bindFeatures', { versionId, bindings })).toMatchObject({ __typename: 'FeaturesBound' });
  };
  type Answer = ReturnType<typeof JSON.parse>;
  const usedBy = async (dataset: string, column: string, more: object = {}, request = {}): Promise<Answer> =>
    (await graph.ask(USED, { urn: columnUrn(dataset, column), ...more }, request)).column.usedBy;
  const names = (connection: Answer): readonly string[] =>
    connection.edges.map(
      ({ node }: Answer) =>
        `${node.modelVersion?.model?.name} ${node.stage} ${node.boundFrom.slice(5, 10)}..${node.boundTo?.slice(5, 10) ?? ''}`,
    );

  /** `first` was in staging from February on, `second` came after it in May, on the same column. */
  const twoAfterAnother = async (): Promise<readonly [ChurnVersion, ChurnVersion]> => {
    const first = await churnVersion(graph, { name: 'first' }, at('01-10'));
    const second = await churnVersion(graph, { name: 'second' }, at('01-11'));
    await bind(first, 'orders_total', 'ml.churn_features', 'orders_total');
    await bind(second, 'orders_total', 'ml.churn_features', 'orders_total');
    await bind(second, 'mystery', 'ml.churn_features', 'orders_total');
    await intoStage(graph, first, at('02-01'));
    await graph.change('unbindStage', { modelId: first.modelId, stage: 'staging', reason: 'old' }, '', at('05-01'));
    await intoStage(graph, second, at('05-01'));
    return [first, second];
  };

  test('each time that a version with a feature of it was in a stage, with its inputs', async () => {
    await twoAfterAnother();
    const used = await usedBy('ml.churn_features', 'orders_total');
    expect(names(used)).toEqual(['second staging 05-01..', 'first staging 02-01..05-01']);
    expect(used.edges[0]).toMatchObject({ features: ['mystery', 'orders_total'], node: { kind: 'PROMOTION' } });
    expect(used.edges[0].node.auditEntry.id).toMatch(/^evt_/);
    expect(names(await usedBy('ml.churn_features', 'country'))).toEqual([]);
  });

  test('a period counts what reaches into it, and what ends when it begins does not', async () => {
    await twoAfterAnother();
    const during = async (from: string | null, to: string | null): Promise<readonly string[]> => {
      const moment = (day: string | null): string | null => (day === null ? null : `2026-${day}T00:00:00Z`);
      return names(await usedBy('ml.churn_features', 'orders_total', { during: { from: moment(from), to: moment(to) } }));
    };
    expect(await during('01-01', '02-01')).toEqual([]);
    expect(await during('01-01', '02-02')).toEqual(['first staging 02-01..05-01']);
    expect(await during('04-30', '05-02')).toEqual(['second staging 05-01..', 'first staging 02-01..05-01']);
    expect(await during('05-01', null)).toEqual(['second staging 05-01..']);
    expect(await during(null, '03-01')).toEqual(['first staging 02-01..05-01']);
    const { errors } = await graph.tryAsk(USED, {
      urn: columnUrn('ml.churn_features', 'orders_total'),
      during: { from: '2026-02-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    });
    expect(errors.map(({ extensions }: Answer) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('pages follow each other, and a cursor of another period is refused', async () => {
    await twoAfterAnother();
    const one = await usedBy('ml.churn_features', 'orders_total', { first: 1 });
    expect(one.pageInfo.hasNextPage).toBe(true);
    const two = await usedBy('ml.churn_features', 'orders_total', { first: 1, after: one.pageInfo.endCursor });
    expect([...names(one), ...names(two)]).toEqual(['second staging 05-01..', 'first staging 02-01..05-01']);
    expect(two.pageInfo.hasNextPage).toBe(false);
    const { errors } = await graph.tryAsk(USED, {
      urn: columnUrn('ml.churn_features', 'orders_total'),
      after: one.pageInfo.endCursor,
      during: { from: '2026-01-01T00:00:00Z' },
    });
    expect(errors.map(({ extensions }: Answer) => extensions.code)).toEqual(['INVALID_CURSOR']);
  });

  test('what was taken out of use stays known; a binding that was wrong does not count', async () => {
    const [first, second] = await twoAfterAnother();
    await graph.change('deleteModel', { id: first.modelId });
    const { modelVersion } = await graph.ask(
      'query($id: ID!) { modelVersion(id: $id) { featureBindings { edges { node { id } } } } }',
      { id: second.versionId },
    );
    const reject = modelVersion.featureBindings.edges.map(({ node }: Answer) => node.id);
    const ana = await graph.person('Ana', ['steward']);
    const rejected = await graph.change('decideFeatureBindings', { versionId: second.versionId, reject }, '', ana);
    expect(rejected.__typename).toBe('FeatureBindingsDecided');
    const used = await usedBy('ml.churn_features', 'orders_total');
    expect(used.edges.map(({ node }: Answer) => node.boundFrom.slice(5, 10))).toEqual(['02-01']);
  });

  test('a change of a column reaches models by what lineage says is made of it', async () => {
    const near = await churnVersion(graph, { name: 'near' });
    const far = await churnVersion(graph, { name: 'far' });
    const other = await churnVersion(graph, { name: 'other' });
    const idle = await churnVersion(graph, { name: 'idle' });
    await bind(near, 'country_DE', 'raw.customers', 'country');
    await bind(far, 'country_DE', 'ml.churn_features', 'country');
    await bind(far, 'country_FR', 'ml.churn_features', 'country');
    await bind(other, 'orders_total', 'ml.churn_features', 'orders_total');
    await bind(idle, 'country_DE', 'ml.churn_features', 'country');
    for (const version of [near, far, other]) await intoStage(graph, version);
    const reached = async (dataset: string, column: string, stage = 'Staging'): Promise<Answer> =>
      (await graph.ask(REACHED, { urn: columnUrn(dataset, column), stage })).column.modelsReached;
    expect(await reached('raw.customers', 'country')).toEqual({
      complete: true,
      truncation: [],
      models: [
        {
          degree: 0,
          features: ['country_DE'],
          column: { name: 'country' },
          binding: { stage: 'staging', modelVersion: { model: { name: 'near' } } },
        },
        {
          degree: 1,
          features: ['country_DE', 'country_FR'],
          column: { name: 'country' },
          binding: { stage: 'staging', modelVersion: { model: { name: 'far' } } },
        },
      ],
    });
    expect((await reached('ml.churn_features', 'country')).models).toMatchObject([{ degree: 0 }]);
    expect((await reached('raw.customers', 'secret')).models).toEqual([]);
    expect((await reached('raw.customers', 'country', 'production')).models).toEqual([]);
  });

  test('a dataset knows the sealed versions that it went into, as data or by its columns', async () => {
    await churnVersion(graph, { name: 'trained' }, at('01-01'));
    const bound = await churnVersion(graph, { name: 'bound', datasets: [] }, at('01-02'));
    await bind(bound, 'orders_total', 'ml.churn_features', 'orders_total');
    await bind(bound, 'mystery', 'ml.churn_features', 'orders_total');
    const both = [
      { role: 'TRAINING', urn: datasetUrn('ml.churn_features') },
      { role: 'TEST', urn: datasetUrn('ml.churn_features') },
    ];
    await churnVersion(graph, { name: 'tested', datasets: both }, at('01-03'));
    await churnVersion(graph, { name: 'draft', isSealed: false }, at('01-04'));
    const consumed = async (dataset: string): Promise<Answer> =>
      (await graph.ask(CONSUMED, { urn: datasetUrn(dataset) })).dataset.consumedBy.edges;
    expect(await consumed('ml.churn_features')).toEqual([
      { roles: ['TEST', 'TRAINING'], featureCount: 0, node: { model: { name: 'tested' } } },
      { roles: [], featureCount: 2, node: { model: { name: 'bound' } } },
      { roles: ['TRAINING'], featureCount: 0, node: { model: { name: 'trained' } } },
    ]);
    expect(await consumed('raw.customers')).toEqual([]);
  });

  const forbid = async (action: string, tag: string): Promise<void> => {
    const text = `@id("hidden") @reason("Hidden.") forbid (principal, action == Action::"${action}", resource)
      when { resource.tags.contains("${tag}") } unless { principal in Role::"admin" };`;
    const { policies } = await graph.change(
      'proposePolicies',
      { text, reason: 'test' },
      '... on PoliciesProposed { policies { version } }',
    );
    const done = await graph.change('approvePolicies', { version: policies.version });
    expect(done.__typename).toBe('PoliciesDecided');
  };

  test('models that somebody may not see are in none of these answers', async () => {
    const [, second] = await twoAfterAnother();
    const ben = await graph.person('Ben', ['analyst']);
    const asked = async (): Promise<readonly unknown[]> => {
      const urn = columnUrn('ml.churn_features', 'orders_total');
      const { modelsReached } = (await graph.ask(REACHED, { urn, stage: 'staging' }, ben)).column;
      const { consumedBy } = (await graph.ask(CONSUMED, { urn: datasetUrn('ml.churn_features') }, ben)).dataset;
      return [
        names(await usedBy('ml.churn_features', 'orders_total', {}, ben)).length,
        modelsReached.models.length,
        consumedBy.edges.length,
      ];
    };
    expect(await asked()).toEqual([2, 1, 2]);
    await graph.change('updateModel', { id: second.modelId, tags: [{ key: 'hidden', value: '' }] });
    await forbid('registry.read', 'hidden');
    expect(await asked()).toEqual([1, 0, 1]);
    expect(names(await usedBy('ml.churn_features', 'orders_total'))).toHaveLength(2);
  });

  test('a column that somebody may not see has no name for them, is not walked from, and cannot be bound by them', async () => {
    const [, second] = await twoAfterAnother();
    const eva = await graph.person('Eva', ['steward']);
    await graph.change('createTag', { name: 'hidden' });
    await graph.change('tagAssets', { urns: [datasetUrn('ml.churn_features')], add: ['hidden'] });
    await forbid('catalog.read', 'hidden');
    const { modelVersion } = await graph.ask(
      'query($id: ID!) { modelVersion(id: $id) { featureBindings { edges { node { feature column { name } } } } } }',
      { id: second.versionId },
      eva,
    );
    expect(modelVersion.featureBindings.edges[0].node).toEqual({ feature: 'mystery', column: null });
    const urn = columnUrn('ml.churn_features', 'country');
    expect((await graph.ask(USED, { urn }, eva)).column).toBeNull();
    const input = { versionId: second.versionId, idempotencyKey: 'k', bindings: [{ feature: 'country_DE', column: { urn } }] };
    const { errors } = await graph.tryAsk(
      'mutation($input: BindFeaturesInput!) { bindFeatures(input: $input) { __typename } }',
      { input },
      eva,
    );
    expect(errors.map(({ extensions }: Answer) => extensions.code)).toEqual(['NOT_FOUND']);
    const reached = await graph.ask(REACHED, { urn: columnUrn('raw.orders', 'amount'), stage: 'staging' }, eva);
    expect(reached.column.modelsReached).toEqual({ complete: false, truncation: ['POLICY'], models: [] });
  });
});
