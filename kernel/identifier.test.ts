import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { canonicalize, canonicalName, canonicalPart, identifierRule, splitName, type IdentifierRule } from './identifier.ts';

const RULES = ['lower', 'upper', 'insensitive', 'sensitive'] as const satisfies readonly IdentifierRule[];
const rule = fc.constantFrom(...RULES);
/** Letters of both cases, what quotes and separates, and what folds into more than one letter. */
const part = fc.string({ unit: fc.constantFrom('a', 'B', '"', '`', '[', ']', '.', ' ', 'ß', 'İ', 'Σ', '1'), maxLength: 6 });
const parts = fc.array(part, { minLength: 1, maxLength: 4 });

test.prop([rule, parts])('a canonical name is its own canonical form', (by, exact) => {
  const name = canonicalName(by, exact);
  expect(canonicalize(by, name)).toBe(name);
});

test.prop([rule, parts])('a canonical name has as many parts as it was made of', (by, exact) => {
  expect(splitName(canonicalName(by, exact))).toHaveLength(exact.length);
});

test.prop([fc.constantFrom('lower', 'upper', 'sensitive'), parts, parts])(
  'where case can be kept, different names stay different',
  (by, a, b) => {
    fc.pre(JSON.stringify(a) !== JSON.stringify(b));
    expect(canonicalName(by, a)).not.toBe(canonicalName(by, b));
  },
);

test.prop([parts])('without regard to case, both cases are one name', (exact) => {
  fc.pre(!/[ßİΣ]/.test(exact.join('')));
  expect(
    canonicalName(
      'insensitive',
      exact.map((one) => one.toUpperCase()),
    ),
  ).toBe(canonicalName('insensitive', exact));
});

test.each([
  ['postgres', 'SHOP.Public.orders', 'shop.public.orders'],
  ['postgres', 'shop.public."Orders"', 'shop.public."Orders"'],
  ['postgres', 'shop.public."orders"', 'shop.public.orders'],
  ['snowflake', 'shop.public.orders', 'SHOP.PUBLIC.ORDERS'],
  ['snowflake', 'SHOP."public".ORDERS', 'SHOP."public".ORDERS'],
  ['duckdb', 'main."Orders"', 'main.orders'],
  ['bigquery', '`My-Project`.Data.Orders', 'My-Project.Data.Orders'],
  ['mssql', '[dbo].[Net Price]', 'dbo.net price'],
  ['postgres', '"a.b"."say ""hi"""', '"a.b"."say ""hi"""'],
  ['a platform of tomorrow', 'Orders', 'Orders'],
])('on %s, %s is %s', (platform, written, canonical) => {
  expect(canonicalize(identifierRule(platform), written)).toBe(canonical);
});

test('quotes that do not end are part of the name', () => {
  expect(splitName('"abc')).toEqual([{ part: '"abc', quoted: false }]);
  expect(splitName('"a"b.c')).toEqual([
    { part: '"a"b', quoted: false },
    { part: 'c', quoted: false },
  ]);
});

test('nothing, too, has a name', () => {
  expect(canonicalPart('lower', '')).toBe('""');
  expect(splitName('a..b').map(({ part: one }) => one)).toEqual(['a', '', 'b']);
});
