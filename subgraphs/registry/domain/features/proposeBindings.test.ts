import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnownColumn } from './binding.ts';
import { proposeBindings } from './proposeBindings.ts';
import { keyOf, wordsOf } from './words.ts';

const column = (name: string, datasetName = 'churn_features'): KnownColumn => ({
  id: `col_${datasetName}_${name}`,
  urn: `urn:cadastre:column:x,${datasetName},${name}`,
  name,
  datasetId: `ast_${datasetName}`,
  datasetName,
});
const COLUMNS = ['country', 'age', 'order_total', 'order', 'netRevenue', 'signed_up_at', 'x'].map((name) => column(name));

const proposed = (feature: string, columns: readonly KnownColumn[] = COLUMNS): readonly unknown[] =>
  proposeBindings([feature], columns).map(({ column: { name }, encoding, confidence, reasons }) => [
    name,
    encoding,
    confidence,
    reasons.join(' '),
  ]);

test('words of a name are the same however it is written', () => {
  for (const name of ['order_total_90d', 'orderTotal90D', 'ORDER-TOTAL-90-D', 'Order Total 90d', 'örder.total__90d'])
    expect(keyOf(wordsOf(name))).toBe('order total 90 d');
  expect(keyOf(wordsOf('HTTPServer2'))).toBe('http server 2');
});

test.each([
  ['country', ['country', null, 1, 'SAME_NAME']],
  ['Country', ['country', null, 0.9, 'SAME_WORDS']],
  ['net_revenue', ['netRevenue', null, 0.9, 'SAME_WORDS']],
  ['churn_features.age', ['age', null, 0.85, 'QUALIFIED']],
  ['features_age', ['age', null, 0.85, 'QUALIFIED']],
  ['order_total_log', ['order_total', 'log', 0.8, 'TRANSFORMED']],
  ['order_total_lag_7', ['order_total', 'lag_7', 0.8, 'TRANSFORMED']],
  ['log_order_total', ['order_total', 'log', 0.8, 'TRANSFORMED']],
  ['signed_up_at_month_sin', ['signed_up_at', 'month_sin', 0.8, 'TRANSFORMED']],
  ['country_DE', ['country', 'one-hot:DE', 0.6, 'ENCODED_VALUE']],
  ['country=United Kingdom', ['country', 'one-hot:United Kingdom', 0.6, 'ENCODED_VALUE']],
  ['country[DE]', ['country', 'one-hot:DE', 0.6, 'ENCODED_VALUE']],
  ['age_(18, 30]', ['age', 'bucket:(18, 30]', 0.75, 'BUCKET']],
  ['age_18-30', ['age', 'bucket:18-30', 0.75, 'BUCKET']],
  ['age<18', ['age', 'bucket:<18', 0.75, 'BUCKET']],
  ['age_65+', ['age', 'bucket:65+', 0.75, 'BUCKET']],
  ['onehot__country_DE', ['country', 'one-hot:DE', 0.57, 'ENCODED_VALUE PIPELINE_STEP']],
  ['num__age', ['age', null, 0.95, 'SAME_NAME PIPELINE_STEP']],
])('%s is read', (feature, expected) => {
  expect(proposed(feature)).toEqual([expected]);
});

test.each(['income', '', '___', '😀', 'prefix_country', 'ag', 'countryside', 'words '.repeat(50)])(
  '%j says nothing',
  (feature) => {
    expect(proposed(feature)).toEqual([]);
  },
);

test('the longest name of a column wins', () => {
  expect(proposed('order_total_eur')).toEqual([['order_total', 'one-hot:eur', 0.6, 'ENCODED_VALUE']]);
});

test('an interaction has all its columns, or none', () => {
  expect(proposed('age x country')).toEqual([
    ['age', 'interaction', 0.7, 'INTERACTION'],
    ['country', 'interaction', 0.7, 'INTERACTION'],
  ]);
  expect(proposed('income*country')).toEqual([]);
});

describe('what is said of several', () => {
  test('values of one column vouch for each other', () => {
    const both = proposeBindings(['country_DE', 'country_FR', 'age_DE'], COLUMNS);
    expect(both.map(({ confidence, reasons }) => [confidence, reasons])).toEqual([
      [0.8, ['ENCODED_VALUE', 'SIBLINGS']],
      [0.8, ['ENCODED_VALUE', 'SIBLINGS']],
      [0.6, ['ENCODED_VALUE']],
    ]);
  });

  test('two columns of one name are both proposed, neither for certain, and many are not', () => {
    const same = (count: number): readonly KnownColumn[] => Array.from({ length: count }, (_, i) => column('age', `table${i}`));
    expect(proposed('age', same(2))).toEqual([
      ['age', null, 0.7, 'SAME_NAME SEVERAL_COLUMNS'],
      ['age', null, 0.7, 'SAME_NAME SEVERAL_COLUMNS'],
    ]);
    expect(proposed('age', same(6))).toEqual([]);
    expect(proposed('table1.age', same(6))).toEqual([['age', null, 0.85, 'QUALIFIED']]);
  });
});

property.prop([fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.string({ maxLength: 20 }), { maxLength: 8 })], {
  numRuns: 500,
})('whatever the names are, a proposal names a column that is there, with a confidence', (feature, names) => {
  const columns = names.map((name) => column(name));
  for (const { column: found, confidence } of proposeBindings([feature, ...names], columns)) {
    expect(columns).toContain(found);
    expect(confidence).toBeGreaterThan(0.4);
    expect(confidence).toBeLessThanOrEqual(1);
  }
});

test('five thousand features are held against five thousand columns in little time', () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `measure_${i}`);
  const from = process.cpuUsage();
  expect(
    proposeBindings(
      names.map((name) => `num__${name}_log`),
      names.map((name) => column(name)),
    ),
  ).toHaveLength(5_000);
  expect(process.cpuUsage(from).user).toBeLessThan(2_000_000);
});
