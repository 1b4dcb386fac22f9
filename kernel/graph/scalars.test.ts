import { parseValue, valueFromAST } from 'graphql';
import { expect, test } from 'vitest';
import { scalarResolvers } from './scalars.ts';

test('a number that is written into JSON stays a number', () => {
  expect(valueFromAST(parseValue('5'), scalarResolvers.JSON)).toBe(5);
  expect(valueFromAST(parseValue('{ a: [5, 1.5, "5"] }'), scalarResolvers.JSON)).toEqual({ a: [5, 1.5, '5'] });
});

test('an Int64 that is written into a query keeps its last digit', () => {
  expect(valueFromAST(parseValue('9223372036854775807'), scalarResolvers.Int64)).toBe('9223372036854775807');
  expect(valueFromAST(parseValue('42'), scalarResolvers.Int64)).toBe(42);
});
