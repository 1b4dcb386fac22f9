import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Bitmap } from '../../kernel/policy/visible.ts';
import { metricsOf } from '../../subgraphs/catalog/store/metrics.ts';
import { count, key, someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { dbtManifest } from '../support/dbtManifest.ts';
import { sendTarget, WAREHOUSE } from '../support/dbtTarget.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const BOARD = 'urn:cadastre:dashboard:dbt://shop,shop.weekly_revenue';
const ORDERS = `urn:cadastre:dataset:${WAREHOUSE},shop.public.orders`;

const EXPOSURE = {
  name: 'weekly_revenue',
  label: 'Weekly Revenue',
  type: 'dashboard',
  maturity: 'high',
  url: 'https://bi.example/boards/1',
  description: 'What the board looks at on Mondays.',
  owner: { name: 'Bea', email: 'bea@example.com' },
  tags: ['finance'],
  depends_on: { nodes: ['model.shop.mart', 'metric.shop.revenue'] },
};

interface Sketch {
  readonly at?: string;
  readonly exposures?: Readonly<Record<string, object>>;
  readonly metrics?: Readonly<Record<string, object>>;
}

const REVENUE = {
  name: 'revenue',
  label: 'Revenue',
  description: 'Of all orders.',
  type: 'simple',
  type_params: { measure: { name: 'revenue' }, input_measures: [{ name: 'revenue' }] },
  filter: { where_filters: [{ where_sql_template: "{{ Dimension('order__status') }} = 'paid'" }] },
  depends_on: { nodes: ['semantic_model.shop.orders'] },
};

const SEMANTICS = {
  name: 'orders',
  depends_on: { nodes: ['model.shop.orders'] },
  measures: [{ name: 'revenue', agg: 'sum', expr: 'amount - discount' }],
  dimensions: [
    { name: 'status', type: 'categorical', expr: 'state' },
    { name: 'ordered_at', type: 'time', type_params: { time_granularity: 'day' } },
  ],
  entities: [{ name: 'order', expr: 'id' }],
};

function manifest({ at = '2026-11-21T08:00:00Z', exposures, metrics }: Sketch = {}): string {
  const columns = { id: 'int', amount: 'numeric', discount: 'numeric', state: 'text', ordered_at: 'date' };
  return dbtManifest({
    nodes: {
      'model.shop.orders': { columns },
      'model.shop.mart': { dependsOn: ['model.shop.orders'], columns: { week: 'date' } },
    },
    more: {
      exposures: exposures ?? { 'exposure.shop.weekly_revenue': EXPOSURE },
      metrics: metrics ?? { 'metric.shop.revenue': REVENUE },
      semantic_models: { 'semantic_model.shop.orders': SEMANTICS },
    },
  }).replace('2026-11-21T08:00:00Z', at);
}

describeOnOneEngine('dashboards and metrics', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await resetData(db);
    // A new one each time: the lineage graph in memory does not know that everything is gone.
    catalog = await testCatalog(db, {});
  });
  afterEach(() => catalog.subgraph.stop());

  const ask = async (source: string, variables: Record<string, unknown> = {}, context = {}) => {
    const { data, errors } = await catalog.ask(source, variables, context);
    expect(errors).toEqual([]);
    return data;
  };
  const board = async (context = {}) =>
    (
      await ask(
        `query($urn: Urn!) { asset(urn: $urn) { __typename urn name description state version tags { tag { name } } owners { role external }
           ... on Dashboard { subtype url maturity namespace qualifiedName platform
             history { edges { node { version state } } } lineage(direction: UPSTREAM) { nodes { asset { name } } } } } }`,
        { urn: BOARD },
        context,
      )
    ).asset;

  it('an exposure is an asset with address, owner, history and lineage', async () => {
    expect(await sendTarget(catalog, { manifest: manifest() })).toMatchObject({ dashboards: 1, metrics: 1 });
    const { lineage, ...rest } = await board();
    expect(rest).toEqual({
      __typename: 'Dashboard',
      urn: BOARD,
      name: 'Weekly Revenue',
      description: 'What the board looks at on Mondays.',
      state: 'PRESENT',
      version: 1,
      tags: [{ tag: { name: 'finance' } }],
      owners: [{ role: 'ACCOUNTABLE', external: 'bea@example.com' }],
      subtype: 'DASHBOARD',
      url: 'https://bi.example/boards/1',
      maturity: 'HIGH',
      namespace: 'dbt://shop',
      qualifiedName: 'shop.weekly_revenue',
      platform: 'dbt',
      history: { edges: [{ node: { version: 1, state: 'PRESENT' } }] },
    });
    expect(new Set(lineage.nodes.map((node: { asset: { name: string } }) => node.asset.name))).toEqual(
      new Set(['Weekly Revenue', 'mart', 'orders']),
    );
  });

  it('a dashboard is found by search and in lists, by its kind', async () => {
    await sendTarget(catalog, { manifest: manifest() });
    for (const kinds of [['DASHBOARD'], null]) {
      const { search } = await ask(
        `query($kinds: [AssetKind!]) { search(query: "weekly revenue", kinds: $kinds) { edges { node { urn } } } }`,
        { kinds },
      );
      expect(search.edges[0]).toEqual({ node: { urn: BOARD } });
    }
    const { search } = await ask(`{ search(query: "weekly revenue", kinds: [DATASET, CONTAINER]) { edges { node { urn } } } }`);
    expect(search.edges).not.toContainEqual({ node: { urn: BOARD } });
    const { assets } = await ask(`{ assets(filter: { kinds: [DASHBOARD] }) { edges { node { urn } } } }`);
    expect(assets.edges).toEqual([{ node: { urn: BOARD } }]);
  });

  it.each([
    ['a dataset', ORDERS, 'BREAKS'],
    ['a column', `urn:cadastre:column:${WAREHOUSE},shop.public.orders,amount`, 'MAY_BREAK'],
  ])('what breaks when %s goes away is the dashboard, and its owner is asked', async (_what, from, effect) => {
    await sendTarget(catalog, { manifest: manifest() });
    const { impact } = await ask(
      `query($from: Urn!) { impact(from: $from, change: DROP) { affected { totalCount { value } edges { node { effect asset { urn } } } }
         owners { count } } }`,
      { from },
    );
    const hit = impact.affected.edges.find((edge: { node: { asset: { urn: string } } }) => edge.node.asset.urn === BOARD);
    expect(hit?.node.effect).toBe(effect);
    expect(impact.affected.totalCount.value).toBe(impact.affected.edges.length);
    expect(impact.owners).toEqual([{ count: 1 }]);
  });

  it('the same again writes nothing, and what is different is a new version', async () => {
    await sendTarget(catalog, { manifest: manifest() });
    const state = () =>
      Promise.all(
        ['catalog.asset_version', 'catalog.lineage_edge', 'catalog.metric', 'catalog.ownership'].map((name) => count(db, name)),
      );
    const before = await state();
    expect(await sendTarget(catalog, { manifest: manifest({ at: '2026-11-22T08:00:00Z' }) })).toMatchObject({
      dashboards: 0,
      metrics: 0,
      edgesOpened: 0,
    });
    expect(await state()).toEqual(before);
    const other = { ...EXPOSURE, url: 'https://bi.example/boards/2' };
    const sent = manifest({ at: '2026-11-23T08:00:00Z', exposures: { 'exposure.shop.weekly_revenue': other } });
    expect(await sendTarget(catalog, { manifest: sent })).toMatchObject({ dashboards: 1 });
    expect(await board()).toMatchObject({ version: 2, url: 'https://bi.example/boards/2' });
  });

  it('an exposure that vanished is removed with its edges, and comes back with its id', async () => {
    await sendTarget(catalog, { manifest: manifest() });
    const [then] = await db.query<{ now: string }>('select max(recorded_from) as now from catalog.asset_version');
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-22T08:00:00Z', exposures: {} }) });
    expect(await board()).toMatchObject({
      state: 'REMOVED',
      version: 2,
      lineage: { nodes: [{ asset: { name: 'Weekly Revenue' } }] },
    });
    expect(await board({ asOf: then?.now })).toMatchObject({ state: 'PRESENT', version: 1 });
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-23T08:00:00Z' }) });
    const back = await board();
    expect(back).toMatchObject({ state: 'PRESENT', version: 3 });
    expect(back.lineage.nodes).toHaveLength(3);
  });

  it('what a person wrote stays in force, and people may tag and own a dashboard', async () => {
    await sendTarget(catalog, { manifest: manifest() });
    await ask(`mutation($input: SetDescriptionInput!) { setDescription(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), urn: BOARD, text: 'Mine.' },
    });
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-22T08:00:00Z' }) });
    expect(await board()).toMatchObject({ description: 'Mine.', version: 2 });
  });

  it('a metric says how it is computed, and from what', async () => {
    await sendTarget(catalog, { manifest: manifest() });
    const { dataset, column } = await ask(
      `query($urn: Urn!, $column: Urn!) {
         dataset(urn: $urn) { metrics { edges { node { name label description type expression filter timeGrain dimensions tool datasets { name } columns { name } } } } }
         column(urn: $column) { metrics { edges { node { name } } } } }`,
      { urn: ORDERS, column: `urn:cadastre:column:${WAREHOUSE},shop.public.orders,discount` },
    );
    expect(dataset.metrics.edges).toEqual([
      {
        node: {
          name: 'revenue',
          label: 'Revenue',
          description: 'Of all orders.',
          type: 'simple',
          expression: 'sum(amount - discount)',
          filter: "{{ Dimension('order__status') }} = 'paid'",
          timeGrain: 'day',
          dimensions: ['status', 'ordered_at', 'order'],
          tool: 'dbt',
          datasets: [{ name: 'orders' }],
          columns: [{ name: 'amount' }, { name: 'discount' }, { name: 'state' }],
        },
      },
    ]);
    expect(column.metrics.edges).toEqual([{ node: { name: 'revenue' } }]);
  });

  it('a metric that is defined otherwise has its old definition at the earlier moment, and ends when it vanished', async () => {
    const metrics = async (context = {}) =>
      (await ask(`query($urn: Urn!) { dataset(urn: $urn) { metrics { edges { node { id type } } } } }`, { urn: ORDERS }, context))
        .dataset.metrics.edges;
    await sendTarget(catalog, { manifest: manifest() });
    const [then] = await db.query<{ now: string }>('select max(recorded_from) as now from catalog.metric');
    const [first] = await metrics();
    const other = manifest({
      at: '2026-11-22T08:00:00Z',
      metrics: { 'metric.shop.revenue': { ...REVENUE, type: 'cumulative' } },
    });
    expect(await sendTarget(catalog, { manifest: other })).toMatchObject({ metrics: 1 });
    expect(await metrics()).toEqual([{ node: { id: first.node.id, type: 'cumulative' } }]);
    expect(await metrics({ asOf: then?.now })).toEqual([first]);
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-23T08:00:00Z', metrics: {} }) });
    expect(await metrics()).toEqual([]);
  });

  it('a metric of several datasets is shown to those who may see them all, and a dashboard to those who may see it', async () => {
    const both = { ...REVENUE, depends_on: { nodes: ['semantic_model.shop.orders', 'model.shop.mart'] } };
    const sent = manifest({ metrics: { 'metric.shop.revenue': both } }).replace(
      '"unique_id":"model.shop.mart"',
      '"tags":["gold"],"unique_id":"model.shop.mart"',
    );
    await sendTarget(catalog, { manifest: sent });
    const classes = await db.query<{ no: string; name: string; acl: number }>(
      `select a.no, a.simple_name as name, r.acl_id as acl from catalog.asset a join kernel.resource r on r.no = a.no order by 2`,
    );
    const [, mart, orders] = classes;
    expect([mart?.name, orders?.name]).toEqual(['mart', 'orders']);
    expect(mart?.acl).not.toBe(orders?.acl);
    const shown = async (...acls: readonly (number | undefined)[]): Promise<number> => {
      const bitmap = Buffer.alloc(16);
      for (const acl of acls) bitmap[(acl ?? 0) >> 3] = (bitmap[(acl ?? 0) >> 3] ?? 0) | (1 << ((acl ?? 0) & 7));
      const wanted = { of: 'dataset', no: orders?.no ?? '', after: null, count: 10 } as const;
      return (await metricsOf(db, [wanted], bitmap as Bitmap, null)).get(0)?.length ?? 0;
    };
    expect([await shown(orders?.acl), await shown(orders?.acl, mart?.acl)]).toEqual([0, 1]);
    const { asset } = await ask(`query($urn: Urn!) { asset(urn: $urn) { id } }`, { urn: BOARD }, { principal: someone([]) });
    expect(asset).toBeNull();
  });
});
