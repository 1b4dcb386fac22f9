import { buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { expect, test } from 'vitest';
import { inClientsWords } from './clientWords.ts';

const schema = buildSchema('input F { from: Int, all: [F!] } type Query { f(f: F, n: Int): Int }');
const said = (document: string, variables: object): string => {
  const [operation] = parse(document).definitions;
  const { errors } = getVariableValues(schema, (operation as OperationDefinitionNode).variableDefinitions ?? [], {
    ...variables,
  });
  return errors?.[0]?.message ?? '';
};
const NAMES = [
  { name: 'v0', client: 'filter' },
  { name: 'v1', client: 'v0' },
];

test.each([
  [
    '{ from: "x" }',
    { v0: { from: 'x' } },
    'Variable "$filter" got invalid value "x" at "filter.from"; Int cannot represent non-integer value: "x"',
  ],
  [
    'in a list',
    { v0: { all: [{ from: 'v0' }] } },
    'Variable "$filter" got invalid value "v0" at "filter.all[0].from"; Int cannot represent non-integer value: "v0"',
  ],
])('what is wrong inside a variable is said by the client’s name: %s', (_, variables, expected) => {
  expect(inClientsWords(said('query($v0: F) { f(f: $v0) }', variables), NAMES)).toBe(expected);
});

test('names that are swapped are not swapped back', () => {
  expect(inClientsWords(said('query($v1: Int) { f(n: $v1) }', { v1: 'x' }), NAMES)).toMatch(/^Variable "\$v0" got invalid value/);
});

test('whatever else is said stays as it is', () => {
  for (const message of ['No "v0" at "v0".', 'The asset "$v0" was not found.', ''])
    expect(inClientsWords(message, NAMES)).toBe(message);
});
