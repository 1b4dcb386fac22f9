import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { catchUp } from '../../subgraphs/registry/service/following/follower.ts';
import { followMerges } from '../../subgraphs/registry/service/following/followMerges.ts';
import { churnVersion, columnUrn, datasetUrn, ingestShop, intoStage } from '../support/churnModel.ts';
import { findingsOf } from '../support/reconciling.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const POOLER = 'postgres://pooler.example:6432';
const pooled = (column?: string): string =>
  column === undefined
    ? `urn:cadastre:dataset:${POOLER},shop.ml.churn_features`
    : `urn:cadastre:column:${POOLER},shop.ml.churn_features,${column}`;
const HOME = datasetUrn('ml.churn_features');
const home = (column: string): string => columnUrn('ml.churn_features', column);

type Answer = ReturnType<typeof JSON.parse>;

describeOnOneEngine('features of a dataset that turns out to be another', (open) => {
  let db: Database;
  let graph: WholeGraph;
  let versionId: string;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    // As the migration left it, before everything was emptied.
    await db.query(
      `insert into kernel.principal (id, kind, name, roles, state, recorded_at) values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
    );
    graph = await wholeGraph(db);
    await ingestShop(graph);
    const columns = ['country', 'orders_total', 'only_here'].map((name) => ({ name, dataType: 'text' }));
    await graph.change('ingestMetadata', {
      producer: 'test 1',
      datasets: [{ namespace: POOLER, name: 'shop.ml.churn_features', columns }],
      evidence: [],
    });
    const version = await churnVersion(graph);
    ({ versionId } = version);
    await intoStage(graph, version);
  });

  const bind = (feature: string, urn: string, encoding?: string): Promise<Answer> =>
    graph.change(
      'bindFeatures',
      { versionId, bindings: [{ feature, column: { urn }, encoding }] },
      '... on FeaturesBound { bound }',
    );
  const merge = (from: string, into: string): Promise<Answer> =>
    graph.change('mergeAssets', { from, into, reason: 'the pooler is the server' }, '... on AssetsMerged { unmatchedColumns }');
  const unmerge = (from: string): Promise<Answer> =>
    graph.change('unmergeAssets', { from }, '... on AssetsUnmerged { returnedEdges }');
  const settle = async (): Promise<void> => {
    await catchUp(graph.kernel, followMerges, new Set(), new AbortController().signal);
    // Once more changes nothing.
    const before = await db.query('select id from registry.feature_binding order by id');
    await catchUp(graph.kernel, followMerges, new Set(), new AbortController().signal);
    expect(await db.query('select id from registry.feature_binding order by id')).toEqual(before);
    expect(await findingsOf(db)).toEqual([]);
  };
  const bound = async (): Promise<readonly string[]> => {
    const rows = await db.query<{ line: string }>(
      `select feature || ' < ' || column_urn || ' ' || state || coalesce(' ' || encoding, '') as line from registry.feature_binding
       where version_id = $1 and ended_at is null order by 1`,
      [versionId],
    );
    return rows.map(({ line }) => line);
  };
  const users = async (urn: string): Promise<readonly string[]> => {
    const { column } = await graph.ask(
      'query($urn: Urn!) { column(urn: $urn) { usedBy { edges { features node { stage } } } } }',
      { urn },
    );
    return column?.usedBy.edges.flatMap(({ features }: Answer) => features);
  };

  test('they follow the column that stands for theirs, and come back when it is itself again', async () => {
    await bind('country_DE', pooled('country'), 'one-hot:DE');
    await bind('orders_total', pooled('orders_total'));
    expect(await users(home('country'))).toEqual([]);
    const before = await bound();

    await merge(pooled(), HOME);
    await settle();
    expect(await bound()).toEqual([
      `country_DE < ${home('country')} CONFIRMED one-hot:DE`,
      `orders_total < ${home('orders_total')} CONFIRMED`,
    ]);
    expect(await users(home('country'))).toEqual(['country_DE']);
    const { dataset } = await graph.ask('query($urn: Urn!) { dataset(urn: $urn) { consumedBy { edges { featureCount } } } }', {
      urn: HOME,
    });
    expect(dataset.consumedBy.edges).toEqual([{ featureCount: 2 }]);
    const { modelVersion } = await graph.ask(
      'query($id: ID!) { modelVersion(id: $id) { featureCoverage { bound } featureBindings { edges { node { column { urn } recordedBy { id } auditEntry { action } } } } } }',
      { id: versionId },
    );
    expect(modelVersion.featureCoverage.bound).toBe(2);
    expect(modelVersion.featureBindings.edges[0].node).toMatchObject({
      column: { urn: home('country') },
      recordedBy: { id: 'svc_cadastre' },
      auditEntry: { action: 'registry.features.set.v1' },
    });

    await unmerge(pooled());
    await settle();
    expect(await bound()).toEqual(before);
    expect([await users(pooled('country')), await users(home('country'))]).toEqual([['country_DE'], []]);

    await merge(pooled(), HOME);
    await settle();
    expect(await users(home('country'))).toEqual(['country_DE']);
  });

  test('what was said of the survivor already is said once, and stays when the other is itself again', async () => {
    await bind('country_DE', home('country'), 'one-hot:DE');
    await bind('country_DE', pooled('country'), 'one-hot:DE');
    const before = await bound();
    await merge(pooled(), HOME);
    await settle();
    expect(await bound()).toEqual([`country_DE < ${home('country')} CONFIRMED one-hot:DE`]);
    await unmerge(pooled());
    await settle();
    expect(await bound()).toEqual(before);
  });

  test('what somebody says after the merge stands when it is undone', async () => {
    await bind('country_DE', pooled('country'), 'one-hot:DE');
    await merge(pooled(), HOME);
    await settle();
    await bind('country_DE', home('country'), 'bucket:DE');
    await unmerge(pooled());
    await settle();
    expect(await bound()).toEqual([`country_DE < ${home('country')} CONFIRMED bucket:DE`]);
  });

  test('a column that the survivor gets by the merge takes its features along, and back', async () => {
    await bind('mystery', pooled('only_here'));
    await merge(pooled(), HOME);
    await settle();
    expect(await bound()).toEqual([`mystery < ${home('only_here')} CONFIRMED`]);
    await unmerge(pooled());
    await settle();
    expect(await bound()).toEqual([`mystery < ${pooled('only_here')} CONFIRMED`]);
  });

  test('no approval is touched: the bytes and what was measured of them are the same', async () => {
    await bind('country_DE', pooled('country'), 'one-hot:DE');
    const evidence = 'select id from kernel.evidence order by seq';
    const before = await db.query(evidence);
    await merge(pooled(), HOME);
    await settle();
    expect(await db.query(evidence)).toEqual(before);
  });
});
