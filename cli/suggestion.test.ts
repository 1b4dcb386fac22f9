import { expect, test } from 'vitest';
import { closest, didYouMean } from './suggestion.ts';

const ACTIONS = ['catalog.owners.set.v1', 'catalog.owners.refused.v1', 'catalog.tags.set.v1', 'governance.key.created.v1'];

test('what was meant is what is nearest, or begins so', () => {
  expect(closest('catalog.owner.set.v1', ACTIONS)[0]).toBe('catalog.owners.set.v1');
  expect(closest('catalog.owners.set', ACTIONS)[0]).toBe('catalog.owners.set.v1');
  expect(closest('GOVERNANCE.KEY.CREATED.V1', ACTIONS)).toEqual(['governance.key.created.v1']);
});

test('what is far from everything is like nothing', () => {
  expect(closest('king', ['admin', 'steward', 'analyst', 'bot'])).toEqual([]);
  expect(didYouMean('', ACTIONS)).toBe('');
});

test('a sentence names them', () => {
  expect(didYouMean('dta', ['Data', 'Finance'])).toBe(' Did you mean "Data"?');
});
