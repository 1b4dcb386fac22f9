import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Choice, FACET_FIELDS, type Faceted, facetsOf } from './facets.ts';

const NOTHING: Choice = { KIND: null, PLATFORM: null, SOURCE: null, TAG: null, OWNER: null };
const asset = (no: string, values: Partial<Faceted['values']>): Faceted => ({
  no,
  values: { KIND: ['DATASET'], PLATFORM: ['postgres'], SOURCE: ['shop'], TAG: [], OWNER: [], ...values },
});

test('each facet is counted without what was chosen in it, and with what was chosen in the others', () => {
  const found = [
    asset('1', { TAG: ['pii', 'gold'] }),
    asset('2', { TAG: ['gold'], PLATFORM: ['mysql'] }),
    asset('3', { PLATFORM: ['mysql'] }),
  ];
  expect(facetsOf(found, { ...NOTHING, TAG: ['GOLD'], PLATFORM: ['mysql'] }, ['TAG', 'PLATFORM'], 10)).toEqual([
    { by: 'TAG', buckets: [{ value: 'gold', count: 1, chosen: true }], otherValues: 0, missing: 1 },
    {
      by: 'PLATFORM',
      buckets: [
        { value: 'mysql', count: 1, chosen: true },
        { value: 'postgres', count: 1, chosen: false },
      ],
      otherValues: 0,
      missing: 0,
    },
  ]);
});

test('the most frequent values are shown, what was chosen however rare it is, and the rest is counted', () => {
  const found = ['a', 'a', 'a', 'b', 'b', 'c', 'd'].map((tag, i) => asset(String(i), { TAG: [tag] }));
  const [facet] = facetsOf(found, { ...NOTHING, TAG: ['d'] }, ['TAG'], 1);
  expect(facet).toEqual({
    by: 'TAG',
    buckets: [
      { value: 'a', count: 3, chosen: false },
      { value: 'd', count: 1, chosen: true },
    ],
    otherValues: 2,
    missing: 0,
  });
});

test('what was chosen and nobody has is shown, so that it can be taken back', () => {
  const [tags] = facetsOf([asset('1', { TAG: ['Gold'] })], { ...NOTHING, TAG: ['gold', 'silver'] }, ['TAG'], 5);
  expect(tags?.buckets).toEqual([
    { value: 'Gold', count: 1, chosen: true },
    { value: 'silver', count: 0, chosen: true },
  ]);
});

test('choosing a bucket as well finds as many as it said', () => {
  const value = fc.constantFrom('a', 'b', 'c');
  const values = fc.record({
    KIND: fc.tuple(value),
    PLATFORM: fc.array(value, { maxLength: 1 }),
    SOURCE: fc.array(value, { maxLength: 1 }),
    TAG: fc.uniqueArray(value),
    OWNER: fc.uniqueArray(value),
  });
  const choice = fc.record({
    KIND: fc.option(fc.uniqueArray(value, { minLength: 1 })),
    PLATFORM: fc.option(fc.uniqueArray(value, { minLength: 1 })),
    SOURCE: fc.option(fc.uniqueArray(value, { minLength: 1 })),
    TAG: fc.option(fc.uniqueArray(value, { minLength: 1 })),
    OWNER: fc.option(fc.uniqueArray(value, { minLength: 1 })),
  });
  fc.assert(
    fc.property(fc.array(values), choice, fc.constantFrom(...FACET_FIELDS), (all, chosen, by) => {
      const found = all.map((each, i) => ({ no: String(i), values: each }));
      const [facet] = facetsOf(found, chosen, [by], 100);
      const fits = (each: Faceted, wanted: Choice): boolean =>
        FACET_FIELDS.every((field) => wanted[field] === null || each.values[field].some((one) => wanted[field]?.includes(one)));
      for (const bucket of facet?.buckets ?? [])
        expect(bucket.count).toBe(found.filter((each) => fits(each, { ...chosen, [by]: [bucket.value] })).length);
      const valueless = found.filter((each) => each.values[by].length === 0 && fits(each, { ...chosen, [by]: null }));
      expect(facet?.missing).toBe(valueless.length);
    }),
  );
});
