import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutLiterals, withoutPlaceholders } from './statementText.ts';

test('strings of every kind and long numbers are taken out; names, placeholders and places of columns stay', () => {
  expect(
    withoutLiterals(
      `select "a'b", \`c'd\`, $1 from t$1 where x = 'it''s' and y = E'a\\'b' and z = $q1$ it's $q1$ and u = U&'x' order by 2`,
    ),
  ).toBe(`select "a'b", \`c'd\`, $1 from t$1 where x = '?' and y = '?' and z = '?' and u = '?' order by 2`);
  expect(withoutLiterals('select 12, 123, 1.5e+10, .5, 0xff, cast(a as numeric(10, 2)) from t20240101')).toBe(
    'select 12, 0, 0, 0, 0, cast(a as numeric(10, 2)) from t20240101',
  );
});

test('comments and white space tell no statements apart', () => {
  expect(withoutLiterals(`/* a /* b */ 'c */ insert  into t -- it's\n\tselect 1 from s`)).toBe('insert into t select 1 from s');
});

test('only the file that COPY writes is a string that stays', () => {
  expect(withoutLiterals(`COPY (SELECT 1) TO '/srv/x.csv' WITH (DELIMITER ';')`)).toBe(
    `COPY (SELECT 1) TO '/srv/x.csv' WITH (DELIMITER '?')`,
  );
  expect(withoutLiterals(`insert into t select 'a' to 'b'`)).toBe(`insert into t select '?' to '?'`);
});

test('a text whose literals have no certain end is not kept', () => {
  for (const text of [`select 'a\\' b' secret'`, `select 'open`, 'select "open', 'select 1 /* open', 'select $a$ open $b$'])
    expect(withoutLiterals(text), text).toBeNull();
});

const SECRET = 'hunter2';
/** Text around a secret, with whatever could mislead about where it ends. */
const around = fc
  .array(fc.constantFrom(`'`, '"', '\\', '$', '$$', '$a$', '--', '/*', '*/', '\n', 'E', 'e', ' ', 'x', '`'), { maxLength: 6 })
  .map((parts) => parts.join(''));
const literal = fc.tuple(around, around).chain(([before, after]) => {
  const text = `${before}${SECRET}${after}`;
  return fc.constantFrom(
    `'${text.replaceAll(`'`, `''`)}'`,
    `E'${text.replaceAll('\\', '\\\\').replaceAll(`'`, `\\'`)}'`,
    `N'${text.replaceAll(`'`, `''`)}'`,
    `$tag9$${text}$tag9$`,
  );
});
const plain = fc.constantFrom(
  'select a',
  'from "it\'s"',
  'where x =',
  '/* note */',
  '-- why\n',
  '$1',
  ', ',
  '(',
  ')',
  '"E"',
  '12',
  'e',
  'n',
);

test('whatever stands around it, no part of a literal survives', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(plain, literal), { minLength: 1, maxLength: 8 }), (parts) => {
      const kept = withoutLiterals(parts.join(' '));
      expect(kept ?? '').not.toContain(SECRET);
    }),
    { numRuns: 2_000 },
  );
});

test('what was taken out once stays the same text', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(plain, literal), { maxLength: 8 }), (parts) => {
      const once = withoutLiterals(parts.join(' '));
      if (once !== null) expect(withoutLiterals(once)).toBe(once);
    }),
  );
});

test('placeholders become values, except inside of names', () => {
  expect(withoutPlaceholders(`select "$1", $1 + $12, '$2' from t`)).toBe(`select "$1", '?' + '?', '$2' from t`);
});
