import { expect, test } from 'vitest';
import { affectedBy, type ImpactEdge, type SchemaChange } from './affected.ts';

const edge = (arrow: string, subtype: ImpactEdge['subtype']): ImpactEdge => {
  const [sourceNo = '', targetNo = ''] = arrow.split(' > ');
  const type = ['IDENTITY', 'TRANSFORMATION', 'AGGREGATION'].includes(subtype) ? 'DIRECT' : 'INDIRECT';
  return { id: arrow, sourceNo, targetNo, type, subtype };
};
const degrees = new Map(Object.entries({ s: 0, 'v.x': 1, v: 1, t: 2 }));
const members = new Map([['v.x', 'v']]);
const effects = (change: SchemaChange, edges: readonly ImpactEdge[]) =>
  affectedBy('s', change, edges, { degrees, members }).map(({ no, effect }) => `${no} ${effect}`);

test('a dataset stands for its columns, and what is made of them is affected', () => {
  const edges = [edge('s > v', 'FILTER'), edge('v.x > t', 'IDENTITY')];
  expect(effects('DROP', edges)).toEqual(['v BREAKS', 't FOLLOWS']);
  expect(effects('RETYPE', edges)).toEqual(['v MAY_CHANGE_ROWS', 't MAY_CHANGE_ROWS']);
});

test('a column that is affected by itself too is named, with the worse of both', () => {
  const edges = [edge('s > v', 'FILTER'), edge('s > v.x', 'IDENTITY'), edge('v.x > t', 'IDENTITY')];
  expect(effects('RETYPE', edges)).toEqual(['v MAY_CHANGE_ROWS', 'v.x CHANGES_TYPE', 't CHANGES_TYPE']);
});
