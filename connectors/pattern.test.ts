import { expect, test } from 'vitest';
import { isChosen } from './pattern.ts';

test.each([
  ['tmp_*', 'tmp_1', true],
  ['tmp_*', 'atmp_1', false],
  ['*_raw', 'shop_raw', true],
  ['*_raw', 'shop_raw2', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*a', 'a', false],
  ['*', '', true],
  ['Shop', 'shop', false],
  ['a.c', 'abc', false],
])('the pattern %s on %s: %s', (pattern, name, chosen) => {
  expect(isChosen(name, { include: [pattern], exclude: [] })).toBe(chosen);
});

test('exclusion wins over inclusion, and with neither every name is chosen', () => {
  expect(isChosen('hr', { include: ['*'], exclude: ['hr'] })).toBe(false);
  expect(isChosen('hr', { include: null, exclude: [] })).toBe(true);
});

test('a pattern of many stars takes no exponential time', () => {
  const started = performance.now();
  expect(isChosen('a'.repeat(63), { include: [`${'*a'.repeat(200)}b`], exclude: [] })).toBe(false);
  expect(performance.now() - started).toBeLessThan(100);
});
