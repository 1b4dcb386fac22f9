import { describe, expect, test } from 'vitest';
import { dbtManifest, type ManifestSketch, type NodeSketch } from '../../test/support/dbtManifest.ts';
import { analyzeNow } from '../analyze.ts';
import { analyzeWith } from '../dbt/analyzed.ts';
import { readManifest } from '../dbt/readManifest.ts';
import { changeText } from './change.ts';
import type { Impact } from './impact.ts';
import { manifestImpact, schemaImpact } from './manifestImpact.ts';

const RAW = 'source.shop.raw.orders';
const STAGE = 'model.shop.stage';
const MART = 'model.shop.mart';

const test_ = (name: string, model: string, column: string, kwargs: object = {}): NodeSketch => ({
  kind: 'test',
  dependsOn: [model],
  more: { attached_node: model, column_name: column, test_metadata: { name, kwargs: { column_name: column, ...kwargs } } },
});

/** orders -> stage -> mart -> board, with tests and a metric; parts of it may be given anew. */
function shop(
  changes: {
    readonly nodes?: ManifestSketch['nodes'];
    readonly without?: readonly string[];
    readonly sources?: ManifestSketch['sources'];
  } = {},
) {
  const nodes: Record<string, NodeSketch> = {
    [STAGE]: { sql: 'select id as order_id, amount, status from shop.raw.orders', dependsOn: [RAW] },
    [MART]: {
      sql: "select order_id, sum(amount) as revenue from shop.public.stage where status = 'paid' group by 1",
      dependsOn: [STAGE],
      more: { meta: { owner: 'ada@example.com' } },
    },
    'model.shop.copy': { sql: 'select * from shop.public.stage', dependsOn: [STAGE] },
    'model.shop.above': { sql: 'select order_id from shop.public.mart', dependsOn: [MART] },
    'test.shop.stage_amount': test_('not_null', STAGE, 'amount'),
    'test.shop.mart_revenue': test_('not_null', MART, 'revenue'),
    ...changes.nodes,
  };
  for (const id of changes.without ?? []) delete nodes[id];
  const sources = changes.sources ?? {
    [RAW]: { schema: 'raw', columns: { id: 'integer', amount: 'decimal(10,2)', status: 'text' } },
  };
  const text = dbtManifest({ nodes, sources, more: CONSUMERS });
  return readManifest(text, { namespace: () => 'postgres' });
}

const CONSUMERS = {
  exposures: { 'exposure.shop.board': { name: 'board', owner: { email: 'bea@example.com' }, depends_on: { nodes: [MART] } } },
  semantic_models: {
    'semantic_model.shop.mart': {
      name: 'mart',
      depends_on: { nodes: [MART] },
      measures: [{ name: 'total', expr: 'revenue' }],
      entities: [{ name: 'o', expr: 'order_id' }],
    },
  },
  metrics: {
    'metric.shop.total': {
      name: 'total',
      type_params: { measure: { name: 'total' } },
      depends_on: { nodes: ['semantic_model.shop.mart'] },
    },
  },
};

const before = shop();
const analysis = { dialect: 'postgres', analyze: analyzeWith(async (request) => analyzeNow(request), before.rule) };
const impactOn = (after: ReturnType<typeof shop>): Promise<Impact> => manifestImpact(before, after, analysis);
const changesOf = (impact: Impact): readonly string[] => impact.changes.map(changeText);
const effects = (impact: Impact): Readonly<Record<string, string>> =>
  Object.fromEntries(impact.broken.map(({ id, effect }) => [id, effect]));

const stage = (sql: string, more: NodeSketch = {}) => ({ [STAGE]: { sql, dependsOn: [RAW], ...more } });

test('the same project breaks nothing', async () => {
  expect(await impactOn(shop())).toEqual({ changes: [], broken: [], byOwner: [], breaking: false });
});

test('a column taken out of a query breaks those that name it, and all that wait for them', async () => {
  const impact = await impactOn(shop({ nodes: stage('select id as order_id, status from shop.raw.orders') }));
  expect(changesOf(impact)).toEqual(['stage.amount was dropped']);
  expect(effects(impact)).toEqual({
    [MART]: 'FAILS',
    'test.shop.stage_amount': 'FAILS',
    'model.shop.copy': 'LOSES_COLUMN',
    'model.shop.above': 'SKIPPED',
    'test.shop.mart_revenue': 'SKIPPED',
    'exposure.shop.board': 'SKIPPED',
    'semantic_model.shop.mart': 'SKIPPED',
    'metric.shop.total': 'SKIPPED',
  });
  expect(impact.breaking).toBe(true);
});

test('a column that only filters breaks the query that filters by it', async () => {
  const impact = await impactOn(shop({ nodes: stage('select id as order_id, amount from shop.raw.orders') }));
  expect(effects(impact)[MART]).toBe('FAILS');
});

test('whoever was repaired in the same change is not broken', async () => {
  const nodes = {
    ...stage('select id as order_id, status from shop.raw.orders'),
    [MART]: { sql: 'select order_id from shop.public.stage', dependsOn: [STAGE] },
  };
  const impact = await impactOn(
    shop({ nodes, without: ['test.shop.stage_amount', 'test.shop.mart_revenue', 'model.shop.copy'] }),
  );
  expect(changesOf(impact)).toEqual(['stage.amount was dropped', 'mart.revenue was dropped', 'copy was dropped']);
  // Its own column has gone, which the dashboard and the metric may show.
  expect(effects(impact)).toEqual({
    'exposure.shop.board': 'AT_RISK',
    'semantic_model.shop.mart': 'FAILS',
    'metric.shop.total': 'FAILS',
  });
});

test('a column whose origin now has another name was renamed', async () => {
  const impact = await impactOn(shop({ nodes: stage('select id as order_id, amount as total, status from shop.raw.orders') }));
  expect(changesOf(impact)).toEqual(['stage.amount was renamed to total']);
  expect(effects(impact)[MART]).toBe('FAILS');
});

test('a description that was taken out is no column that was', async () => {
  const documented = shop({
    nodes: stage('select id as order_id, amount, status from shop.raw.orders', { columns: { amount: '' } }),
  });
  expect((await manifestImpact(documented, shop(), analysis)).changes).toEqual([]);
});

test('a contract decides which columns there are', async () => {
  const enforced = { more: { config: { contract: { enforced: true } } } };
  const sql = 'select id as order_id, amount, status from shop.raw.orders';
  const was = shop({ nodes: stage(sql, { columns: { order_id: 'integer', amount: 'decimal' }, ...enforced }) });
  const is = shop({ nodes: stage(sql, { columns: { order_id: 'bigint' }, ...enforced }) });
  const impact = await manifestImpact(was, is, analysis);
  expect(changesOf(impact)).toEqual([
    'stage.amount was dropped',
    'stage.order_id went from integer to bigint, which holds all of it',
  ]);
});

test('a model that is gone breaks what still depends on it', async () => {
  const impact = await impactOn(shop({ without: [STAGE] }));
  expect(changesOf(impact)).toEqual(['stage was dropped']);
  expect(effects(impact)).toMatchObject({ [MART]: 'FAILS', 'model.shop.copy': 'FAILS', 'exposure.shop.board': 'SKIPPED' });
});

test('a model that is gone with all its readers breaks nothing', async () => {
  const without = ['model.shop.copy'];
  expect(await impactOn(shop({ without }))).toMatchObject({
    changes: [{ kind: 'DATASET_DROPPED' }],
    broken: [],
    breaking: false,
  });
});

test('what reads through an ephemeral model breaks in its place', async () => {
  const between = { more: { config: { materialized: 'ephemeral' } }, dependsOn: [STAGE] };
  const nodes = { 'model.shop.between': between, [MART]: { sql: 'select 1 as order_id', dependsOn: ['model.shop.between'] } };
  const impact = await manifestImpact(shop({ nodes }), shop({ nodes, without: [STAGE] }), analysis);
  expect(effects(impact)[MART]).toBe('FAILS');
  expect(effects(impact)['model.shop.between']).toBeUndefined();
});

describe('a type that changed', () => {
  const raw = (type: string) => ({ [RAW]: { schema: 'raw', columns: { id: 'integer', amount: type, status: 'text' } } });

  test('puts at risk what takes the values, as far as they go unchanged', async () => {
    const impact = await impactOn(shop({ sources: raw('text') }));
    expect(changesOf(impact)).toEqual(['raw.orders.amount went from decimal(10,2) to text']);
    expect(effects(impact)).toEqual({ [STAGE]: 'AT_RISK', [MART]: 'AT_RISK', 'model.shop.copy': 'AT_RISK' });
  });

  test('to one that holds all of the old breaks nothing', async () => {
    expect(await impactOn(shop({ sources: raw('decimal(12,2)') }))).toMatchObject({ broken: [], breaking: false });
  });
});

test('code that cannot be analysed breaks by what it mentions', async () => {
  const nodes = {
    ...stage('select id as order_id, status from shop.raw.orders'),
    [MART]: { sql: "select {{ cents('amount') }} from {{ ref('stage') }}", uncompiled: true, dependsOn: [STAGE] },
  };
  const impact = await impactOn(shop({ nodes }));
  expect(impact.broken.find(({ id }) => id === MART)).toMatchObject({ effect: 'FAILS', certainty: 'MENTIONED' });
});

test('each owner is told what they have to see to, nobody last', async () => {
  const impact = await impactOn(shop({ nodes: stage('select id as order_id, status from shop.raw.orders') }));
  expect(impact.byOwner.map(({ owner, broken }) => [owner?.email ?? null, broken.map(({ label }) => label)])).toEqual([
    ['ada@example.com', ['mart', 'mart_revenue']],
    ['bea@example.com', ['board']],
    [null, expect.arrayContaining(['copy', 'above'])],
  ]);
});

test('tables of a warehouse are followed into the project that reads them', async () => {
  const was = { 'shop.raw.orders': { id: 'integer', amount: 'decimal', status: 'text' } };
  const is = { 'SHOP.RAW.ORDERS': { id: 'integer', status: 'text' } };
  const impact = await schemaImpact(was, is, { project: before, analysis });
  expect(effects(impact)).toMatchObject({ [STAGE]: 'FAILS', [MART]: 'SKIPPED' });
});

test('tables of a warehouse alone break for whoever reads them', async () => {
  expect(await schemaImpact({ t: { a: 'int' } }, { t: {} }, null)).toMatchObject({ broken: [], breaking: true });
  expect(await schemaImpact({ t: { a: 'int' } }, { t: { a: 'bigint' } }, null)).toMatchObject({ breaking: false });
});
