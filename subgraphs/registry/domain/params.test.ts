import { expect, test } from 'vitest';
import { readParams } from './params.ts';

test('texts, numbers and truths are parameters, and there is one zero', () => {
  const params = readParams([
    { name: 'depth', value: 3 },
    { name: 'rate', value: -0 },
    { name: 'kind', value: '0.9' },
    { name: 'warm', value: false },
  ]);
  expect(params).toEqual({ depth: 3, rate: 0, kind: '0.9', warm: false });
  expect(Object.is(params['rate'], 0)).toBe(true);
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [null], [[1]], [{}], ['x'.repeat(6_001)]])('%j is none', (value) => {
  expect(() => readParams([{ name: 'a', value }])).toThrow(/params\."a"/);
});

test.each([[''], ['a\nb'], ['__proto__'], ['x'.repeat(251)]])('%j is no name', (name) => {
  expect(() => readParams([{ name, value: 1 }])).toThrow(/a name has 1 to 250/);
});
