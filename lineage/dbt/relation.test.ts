import { expect, test } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import { readManifest } from './readManifest.ts';

const nameOf = (
  adapter: string,
  more: Readonly<Record<string, unknown>>,
  database: string | null = 'Shop',
): string | null | undefined =>
  readManifest(dbtManifest({ adapter, nodes: { 'model.shop.Orders': { database, schema: 'Public', more } } }), {
    namespace: () => adapter,
  }).datasets.get('model.shop.Orders')?.name;

test.each([
  ['postgres', '"shop"."public"."orders"', 'shop.public.orders'],
  ['postgres', '"shop"."public"."Orders"', 'shop.public."Orders"'],
  ['snowflake', 'analytics.public.orders', 'ANALYTICS.PUBLIC.ORDERS'],
  ['snowflake', 'analytics.public."orders"', 'ANALYTICS.PUBLIC."orders"'],
  ['bigquery', '`my-project`.`shop`.`orders`', 'my-project.shop.orders'],
  ['databricks', '`main`.`shop`.`orders`', 'main.shop.orders'],
  ['duckdb', '"Shop"."main"."Orders"', 'shop.main.orders'],
  ['sqlserver', '"shop"."dbo"."Orders"', 'shop.dbo.orders'],
])('%s renders %s, which is %s', (adapter, rendered, name) => {
  expect(nameOf(adapter, { relation_name: rendered })).toBe(name);
});

test('before relation names there were parts, quoted by the habit of the adapter or the settings of the node', () => {
  expect(nameOf('postgres', {})).toBe('"Shop"."Public"."Orders"');
  expect(nameOf('snowflake', {})).toBe('SHOP.PUBLIC.ORDERS');
  expect(nameOf('snowflake', { config: { quoting: { identifier: true } } })).toBe('SHOP.PUBLIC."Orders"');
  expect(nameOf('postgres', { alias: 'o2', quoting: { database: false, schema: false } })).toBe('shop.public.o2');
  expect(nameOf('spark', {}, null)).toBe('Public.Orders');
});
