import { expect, test } from 'vitest';
import { newId } from '../../../../kernel/ids.ts';
import { isOpaqueKey } from './isOpaqueKey.ts';

test.each([
  `view/${newId('asset')}`,
  `manual/${newId('event')}`,
  `dashboard/${newId('asset')}/0123456789abcdef`,
  `query/${newId('source')}/${'a'.repeat(32)}`,
])('%s says nothing but ids and digests', (key) => {
  expect(isOpaqueKey(key)).toBe(true);
});

test.each([
  'dbt/shop/model.shop.ana_perez',
  'openlineage/airflow/etl_of_ana_perez',
  'openlineage:dataset/warehouse/ana',
  'query/ana_perez',
  `query/src_ana/${'a'.repeat(32)}`,
  `query/${newId('source')}/report-of-ana`,
])('%s may hold a name', (key) => {
  expect(isOpaqueKey(key)).toBe(false);
});
