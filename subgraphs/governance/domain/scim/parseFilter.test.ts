import { expect, test } from 'vitest';
import { GROUP, USER } from './attribute.ts';
import type { Filter } from './filter.ts';
import { parseFilter } from './parseFilter.ts';

/** Brackets around everything, so that it shows what binds what. */
function written(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${written(filter.left)} ${filter.kind} ${written(filter.right)})`;
    case 'not':
      return `not ${written(filter.of)}`;
    case 'some':
      return `${filter.attribute.name}[${written(filter.where)}]`;
    case 'present':
      return `${filter.target.path.join('.')} pr`;
    case 'compare':
      return `${filter.target.path.join('.')} ${filter.comparison} ${JSON.stringify(filter.value)}`;
  }
}

test.each([
  ['userName eq "bjensen"', 'userName eq "bjensen"'],
  ['USERNAME EQ "bjensen"', 'userName eq "bjensen"'],
  ['name.familyName co "O\'Malley"', 'name.familyName co "O\'Malley"'],
  ['userName sw "J"', 'userName sw "J"'],
  [`${USER.id}:userName sw "J"`, 'userName sw "J"'],
  ['title pr', 'title pr'],
  ['meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.lastModified gt "2011-05-13T04:42:34.000000Z"'],
  ['title pr and active eq true', '(title pr and active eq true)'],
  ['title pr or active eq "True"', '(title pr or active eq true)'],
  ['title ne null', 'not not title pr'],
  ['title eq null', 'not title pr'],
  ['displayName ne "x"', 'not displayName eq "x"'],
  [
    'title eq "E" and (emails co "example.com" or emails.value co "example.org")',
    '(title eq "E" and (emails[value co "example.com"] or emails[value co "example.org"]))',
  ],
  ['emails.type ne "work"', 'not emails[type eq "work"]'],
  ['emails[type eq "work" and value co "@example.com"]', 'emails[(type eq "work" and value co "@example.com")]'],
  [
    'title eq "a" or title eq "b" and not (title eq "c") or title pr',
    '((title eq "a" or (title eq "b" and not title eq "c")) or title pr)',
  ],
  ['title eq "a \\"quoted\\" \\u0041"', 'title eq "a \\"quoted\\" A"'],
])('%s', (text, expected) => {
  expect(written(parseFilter(text, USER))).toBe(expected);
});

test.each([
  '',
  'userName',
  'userName eq',
  'userName eq bjensen',
  'userName eq "bjensen',
  "userName eq 'bjensen'",
  'userName eq "x" and',
  'userName eq "x" userName eq "y"',
  'not userName eq "x"',
  '(userName eq "x"',
  'userName eq "x")',
  'shoeSize gt "7"',
  'userName gt 7',
  'active gt true',
  'active co "t"',
  'name eq "x"',
  'name.givenName.first eq "x"',
  'userName[value eq "x"]',
  'emails[type eq "work"',
  'meta.created gt "yesterday"',
  'meta.created sw "2011"',
  'userName lt null',
  'userName eq "\\u0000"',
  'userName eq "\\ud800"',
  'userName eq "x"; drop table kernel.principal',
  "userName eq \"x' or '1'='1\" --",
  '__proto__ pr',
  'constructor.name eq "x"',
  `${'('.repeat(21)}title pr${')'.repeat(21)}`,
  Array.from({ length: 51 }, () => 'title pr').join(' or '),
  `title eq "${'x'.repeat(5_000)}"`,
])('no filter: %s', (text) => {
  expect(() => parseFilter(text, USER)).toThrow(expect.objectContaining({ extensions: { scimType: 'invalidFilter' } }));
});

test('what stands in one schema is not in the other', () => {
  expect(() => parseFilter('userName pr', GROUP)).toThrow(/no attribute userName/);
  expect(written(parseFilter('members eq "usr_1"', GROUP))).toBe('members[value eq "usr_1"]');
});
