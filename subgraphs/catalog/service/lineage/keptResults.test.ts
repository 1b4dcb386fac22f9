import { expect, test } from 'vitest';
import { KeptResults } from './keptResults.ts';

test('the latest results are kept as far as they fit, and what was asked for counts as latest', () => {
  const kept = new KeptResults<string>(10);
  kept.keep('a', 'A', 4);
  kept.keep('b', 'B', 4);
  expect(kept.get('a')).toBe('A');
  kept.keep('c', 'C', 4);
  expect(['a', 'b', 'c'].map((key) => kept.get(key))).toEqual(['A', undefined, 'C']);
});

test('a result that is too large is not kept, and takes away what it replaces', () => {
  const kept = new KeptResults<string>(10);
  kept.keep('a', 'A', 4);
  kept.keep('b', 'B', 4);
  kept.keep('a', 'larger', 11);
  expect([kept.get('a'), kept.get('b')]).toEqual([undefined, 'B']);
  kept.keep('c', 'C', 6);
  expect([kept.get('b'), kept.get('c')]).toEqual(['B', 'C']);
});
