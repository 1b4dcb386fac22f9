import { expect, test } from 'vitest';
import { queryClaims, type QueryFlow } from './queryClaims.ts';

const end = (text: string) => {
  const [name = '', column] = text.split('.');
  return { namespace: 'postgres://shop:5432', name, column: column ?? null };
};
const flow = (source: string, target: string, kind: QueryFlow['kind']): QueryFlow => ({
  source: end(source),
  target: end(target),
  kind,
  expression: null,
  confidence: 0.9,
  reasons: ['SOLE_OWNER'],
  masking: false,
});
const arrows = (...flows: readonly QueryFlow[]): readonly string[] =>
  queryClaims(flows).map(
    ({ source, target, type, subtype }) =>
      `${source.name}.${source.column ?? '*'} > ${target.name}.${target.column ?? '*'} ${type} ${subtype}`,
  );

test('values go from column to column, influences from column to dataset, with the confidence of the parser', () => {
  const flows = [flow('a.x', 'b.y', 'aggregation'), flow('a.z', 'b', 'filter'), flow('a.k', 'b.y', 'window')];
  expect(arrows(...flows)).toEqual(['a.x > b.y DIRECT AGGREGATION', 'a.z > b.* INDIRECT FILTER', 'a.k > b.y INDIRECT WINDOW']);
  expect(queryClaims(flows)[0]).toMatchObject({ confidence: 0.9, reasons: ['SOLE_OWNER'] });
});

test('a value whose place is not known goes from dataset to dataset', () => {
  expect(arrows(flow('a.x', 'b', 'identity'))).toEqual(['a.* > b.* DIRECT IDENTITY']);
  expect(arrows(flow('a', 'b', 'aggregation'))).toEqual(['a.* > b.* DIRECT AGGREGATION']);
});

test('a table says nothing of itself, except that one column is made from another', () => {
  expect(arrows(flow('a.id', 'a', 'filter'), flow('a.n', 'a.n', 'transformation'), flow('a.k', 'a.n', 'condition'))).toEqual([]);
  expect(arrows(flow('a.price', 'a.total', 'transformation'))).toEqual(['a.price > a.total DIRECT TRANSFORMATION']);
  expect(arrows(flow('a', 'a', 'identity'))).toEqual([]);
});
