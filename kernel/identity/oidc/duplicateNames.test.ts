import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { duplicateName } from './duplicateNames.ts';

test.each([
  ['{"sub":"a","sub":"b"}', 'sub'],
  ['{"a":{"x":1,"x":2}}', 'x'],
  ['{"a":[{"x":1},{"x":2,"y":{},"x":3}]}', 'x'],
  [String.raw`{"sub":"a","\u0073ub":"b"}`, 'sub'],
  [String.raw`{"a\"b":1,"a\"b":2}`, 'a"b'],
  ['{ "a" : {}, "b" : [1,2], "a" : null }', 'a'],
])('%s has %s twice', (json, name) => {
  expect(duplicateName(json)).toBe(name);
});

test.each([
  '{}',
  '{"a":"a","b":"a"}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":["x","x"],"b":"{\\"a\\":1}"}',
  'no json',
  '}]{',
])('%s has nothing twice', (json) => {
  expect(duplicateName(json)).toBeNull();
});

test.prop([fc.json()])('what was made from an object has nothing twice', (json) => {
  expect(duplicateName(json)).toBeNull();
});

test.prop([fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true }), fc.nat()])(
  'a name that is written once more is found, wherever it stands',
  (object, at) => {
    const pairs = Object.entries(object).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    const again = pairs[at % pairs.length] ?? '';
    expect(duplicateName(`{"deep":[{${[...pairs, again].join(',')}}]}`)).toBe(Object.keys(object)[at % pairs.length]);
  },
);
