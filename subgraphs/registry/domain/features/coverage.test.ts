import { expect, test } from 'vitest';
import type { Signature } from '../model.ts';
import type { FeatureBinding } from './binding.ts';
import { bindingsDigest, confirmedDigest, coverageOf } from './coverage.ts';
import { restate, stillOpen } from './restate.ts';

const signature = (...names: readonly string[]): Signature => ({
  inputs: names.map((name) => ({ name, type: 'double', shape: null, isRequired: true })),
  outputs: [],
});
type Stated = Pick<FeatureBinding, 'id' | 'feature' | 'columnId' | 'state' | 'encoding' | 'origin'>;
const binding = (feature: string, columnId: string, state: FeatureBinding['state'] = 'CONFIRMED'): Stated => ({
  id: `${feature}/${columnId}`,
  feature,
  columnId,
  state,
  encoding: null,
  origin: 'DECLARED',
});

test('an input is covered by what was confirmed, once however many columns it has, and not by a proposal', () => {
  const said = [binding('a', 'c1'), binding('a', 'c2'), binding('b', 'c1', 'PROPOSED'), binding('c', 'c1', 'REJECTED')];
  expect(coverageOf(signature('a', 'b', 'c'), said)).toEqual({
    inputs: 3,
    bound: 1,
    coverage: 0.3333,
    unbound: ['b', 'c'],
    columns: [
      { columnId: 'c1', features: ['a'] },
      { columnId: 'c2', features: ['a'] },
    ],
  });
});

test('encoded features come together at their column, the largest first', () => {
  const said = [binding('age', 'c1'), binding('country_FR', 'c2'), binding('country_DE', 'c2')];
  expect(coverageOf(signature('age', 'country_DE', 'country_FR'), said)).toMatchObject({
    coverage: 1,
    unbound: [],
    columns: [
      { columnId: 'c2', features: ['country_DE', 'country_FR'] },
      { columnId: 'c1', features: ['age'] },
    ],
  });
});

test('where nothing goes in, nothing is left unbound', () => {
  expect(coverageOf(signature(), [])).toMatchObject({ inputs: 0, bound: 0, coverage: 1 });
});

test('evidence is other evidence only when another column is confirmed, the log tells more', () => {
  const [a, b] = [binding('a', 'c1'), binding('b', 'c2')];
  expect(confirmedDigest([a, b])).toBe(confirmedDigest([b, a]));
  expect(confirmedDigest([a, { ...b, state: 'PROPOSED' }])).toBe(confirmedDigest([a]));
  expect(confirmedDigest([a])).not.toBe(confirmedDigest([{ ...a, columnId: 'c3' }]));
  expect(bindingsDigest([a, { ...b, state: 'PROPOSED' }])).not.toBe(bindingsDigest([a]));
});

test('what is said again changes nothing; what is said otherwise ends what was said', () => {
  const known = [binding('a', 'c1'), binding('b', 'c2', 'PROPOSED')];
  const same = { ...binding('a', 'c1') };
  const confirmed = { ...binding('b', 'c2'), state: 'CONFIRMED' as const };
  const fresh = binding('c', 'c3');
  expect(restate(known, [same, confirmed, fresh])).toEqual({ ended: ['b/c2'], begun: [confirmed, fresh] });
  expect(restate(known, [{ ...same, encoding: 'log' }]).ended).toEqual(['a/c1']);
});

test('nothing is proposed for a feature that has its column, nor what was proposed or rejected before', () => {
  const known = [binding('a', 'c1'), binding('b', 'c2', 'REJECTED'), binding('c', 'c3', 'PROPOSED')];
  const proposals = [binding('a', 'c9'), binding('b', 'c2'), binding('b', 'c9'), binding('c', 'c3'), binding('d', 'c1')];
  expect(stillOpen(known, proposals).map(({ id }) => id)).toEqual(['b/c9', 'd/c1']);
});
