import { expect, test } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import { metricsOf } from './metrics.ts';
import { readManifest } from './readManifest.ts';

const ORDERS = 'model.shop.orders';

const SEMANTICS = {
  'semantic_model.shop.orders': {
    name: 'orders',
    depends_on: { nodes: [ORDERS] },
    measures: [
      { name: 'revenue', agg: 'sum', expr: 'amount - discount' },
      { name: 'total', agg: 'max' },
    ],
    dimensions: [
      { name: 'status', expr: 'state' },
      { name: 'day', type_params: { time_granularity: 'day' } },
    ],
  },
};

/** The metrics of a manifest of any version, with what they read as text. */
function metrics(version: number, raw: Readonly<Record<string, object>>) {
  const manifest = dbtManifest({
    version,
    nodes: {
      [ORDERS]: { columns: { id: '', amount: '', discount: '', state: '', total: '', ordered_at: '', country: '' } },
    },
    more: { metrics: raw, semantic_models: version >= 10 ? SEMANTICS : {} },
  });
  return metricsOf(readManifest(manifest, { namespace: () => 'n' })).map(({ reads, ...metric }) => ({
    ...metric,
    reads: reads.map(({ name, column }) => column ?? name),
  }));
}

const on = { depends_on: { nodes: ['semantic_model.shop.orders'] } };

test.each([4, 5])('of version %i: a type over SQL', (version) => {
  const raw = {
    name: 'buyers',
    label: 'Buyers',
    type: 'count_distinct',
    sql: 'id',
    timestamp: 'ordered_at',
    time_grains: ['month', 'day'],
    dimensions: ['country'],
    filters: [{ field: 'state', operator: '=', value: "'paid'" }],
    depends_on: { nodes: [ORDERS] },
  };
  expect(metrics(version, { 'metric.shop.buyers': raw })).toEqual([
    {
      key: 'metric.shop.buyers',
      name: 'buyers',
      label: 'Buyers',
      description: null,
      type: 'count_distinct',
      expression: 'id',
      filter: "state = 'paid'",
      timeGrain: 'day',
      dimensions: ['country'],
      reads: ['shop.public.orders', 'id', 'state', 'ordered_at', 'country'],
    },
  ]);
});

test.each([6, 7, 8, 9])('of version %i: a method over an expression', (version) => {
  const raw = {
    name: 'm',
    calculation_method: 'sum',
    expression: 'amount',
    timestamp: 'ordered_at',
    depends_on: { nodes: [ORDERS] },
  };
  expect(metrics(version, { 'metric.shop.m': raw })).toMatchObject([
    { type: 'sum', expression: 'amount', reads: ['shop.public.orders', 'amount', 'ordered_at'] },
  ]);
});

test.each([10, 11, 12])('of version %i: a measure of a semantic model, with a filter by dimension', (version) => {
  const filter = { where_sql_template: "{{ Dimension('order__status') }} = 'paid'" };
  const raw = {
    name: 'revenue',
    type: 'simple',
    type_params: { measure: { name: 'revenue' } },
    filter: version === 10 ? filter : { where_filters: [filter] },
    ...on,
  };
  expect(metrics(version, { 'metric.shop.revenue': raw })).toMatchObject([
    {
      type: 'simple',
      expression: 'sum(amount - discount)',
      filter: "{{ Dimension('order__status') }} = 'paid'",
      timeGrain: 'day',
      dimensions: ['status', 'day'],
      reads: ['shop.public.orders', 'amount', 'discount', 'state'],
    },
  ]);
});

test('since dbt 1.12 a metric aggregates by itself, over its own name when it says no expression', () => {
  const simple = (expr: string | null) => ({
    type: 'simple',
    type_params: { measure: null, expr, metric_aggregation_params: { semantic_model: 'orders', agg: 'sum' } },
    ...on,
  });
  expect(
    metrics(12, {
      'metric.shop.total': { name: 'total', ...simple(null) },
      'metric.shop.m': { name: 'm', ...simple('amount * 2') },
    }),
  ).toMatchObject([
    { expression: 'sum(total)', reads: ['shop.public.orders', 'total'] },
    { expression: 'sum(amount * 2)', reads: ['shop.public.orders', 'amount'] },
  ]);
});

test('a metric of metrics reads what they read, also in a ring', () => {
  const found = metrics(12, {
    'metric.shop.revenue': { name: 'revenue', type: 'simple', type_params: { measure: { name: 'revenue' } }, ...on },
    'metric.shop.share': {
      name: 'share',
      type: 'ratio',
      type_params: { numerator: { name: 'revenue' }, denominator: { name: 'ring' } },
      depends_on: { nodes: ['metric.shop.revenue', 'metric.shop.ring'] },
    },
    'metric.shop.ring': {
      name: 'ring',
      type: 'derived',
      type_params: { expr: 'share / 2' },
      depends_on: { nodes: ['metric.shop.share'] },
    },
  });
  expect(found.slice(1)).toMatchObject([
    { type: 'ratio', expression: 'revenue / ring', reads: ['shop.public.orders', 'amount', 'discount'] },
    { type: 'derived', expression: 'share / 2', reads: ['shop.public.orders', 'amount', 'discount'] },
  ]);
});
