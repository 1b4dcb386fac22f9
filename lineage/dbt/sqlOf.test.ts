import { expect, test } from 'vitest';
import { dbtManifest, type NodeSketch } from '../../test/support/dbtManifest.ts';
import { readManifest } from './readManifest.ts';
import { sqlOf } from './sqlOf.ts';

function sqlFor(sketch: NodeSketch, others: Readonly<Record<string, NodeSketch>> = {}) {
  const nodes = { 'model.shop.orders': { dependsOn: ['source.shop.raw.orders', ...Object.keys(others)], ...sketch }, ...others };
  const project = readManifest(dbtManifest({ nodes, sources: { 'source.shop.raw.orders': { schema: 'raw' } } }), {
    namespace: () => 'x',
  });
  const dataset = project.datasets.get('model.shop.orders');
  return dataset === undefined ? null : sqlOf(project, dataset);
}

const raw = (sql: string): NodeSketch => ({ sql, uncompiled: true });
const ephemeral = (sql: string, dependsOn: readonly string[] = []): NodeSketch => ({
  ...raw(sql),
  dependsOn,
  more: { config: { materialized: 'ephemeral' } },
});

test('compiled code is taken as it is', () => {
  expect(sqlFor({ sql: 'select 1' })).toEqual({ sql: 'select 1' });
});

test('Jinja that only names tables is filled in', () => {
  const sql = `{{ config(materialized='table', meta={'a': 1}) }}{# note #}select * from {{ source('raw', 'orders') }} join {{ref("people", v=2)}} using (id)`;
  expect(sqlFor(raw(sql), { 'model.shop.people.v2': { more: { alias: 'people_v2' } } })).toEqual({
    sql: 'select * from shop.raw.orders join shop.public.people_v2 using (id)',
  });
});

test('an ephemeral model becomes the CTE that dbt makes of it, before those of the query', () => {
  const others = {
    'model.shop.between': ephemeral("select id from {{ source('raw', 'orders') }}", ['source.shop.raw.orders']),
  };
  expect(sqlFor(raw("with a as (select * from {{ ref('between') }}) select * from a"), others)).toEqual({
    sql: 'with __dbt__cte__between as (\nselect id from shop.raw.orders\n),\n a as (select * from __dbt__cte__between) select * from a',
  });
});

test.each([
  ['a macro', raw("select {{ cents('a') }} from {{ ref('b') }}"), 'NOT_COMPILED'],
  ['a loop', raw('select {% for a in b %}{{ a }}{% endfor %} 1'), 'NOT_COMPILED'],
  ['a table that is not there', raw("select * from {{ ref('nowhere') }}"), 'NOT_COMPILED'],
  ['Python', { sql: 'def model(dbt, session): ...', more: { language: 'python' } }, 'NOT_SQL'],
  ['nothing', {}, 'NO_CODE'],
])('%s is not guessed at', (_what, sketch, missing) => {
  expect(sqlFor(sketch)).toEqual({ missing });
});

test('a ring of ephemeral models ends', () => {
  const others = {
    'model.shop.a': ephemeral("select * from {{ ref('b') }}", ['model.shop.b']),
    'model.shop.b': ephemeral("select * from {{ ref('a') }}", ['model.shop.a']),
  };
  expect(sqlFor(raw("select * from {{ ref('a') }}"), others)).toEqual({ missing: 'NOT_COMPILED' });
});
