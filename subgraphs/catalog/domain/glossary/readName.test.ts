import { expect, test } from 'vitest';
import { readName, readSynonyms, readText } from './readName.ts';

test('spellings of one name fold to one, and lookalikes are refused', () => {
  const { folded } = readName('Net Revenue');
  for (const spelling of ['net  revenue', ' NET REVENUE\u00a0', 'Net\u2003Revenue', 'ｎｅｔ revenue'])
    expect(readName(spelling).folded).toBe(folded);
  // A Cyrillic e; a zero-width space.
  for (const spelling of ['N\u0435t Revenue', 'Net\u200bRevenue', '', 'x'.repeat(201)])
    expect(() => readName(spelling)).toThrow(/^name/);
});

test('synonyms are one set, in one order', () => {
  expect(readSynonyms(['Turnover', 'Sales', 'turnover '])).toEqual(readSynonyms(['Sales', 'turnover']));
  expect(readSynonyms(['b', 'a'])).toEqual(['a', 'b']);
  expect(() => readSynonyms(Array.from({ length: 51 }, (_, at) => `s${at}`))).toThrow('at most 50');
});

test('a text has to say something, and not too much', () => {
  expect(readText('definition', ' x ')).toBe('x');
  expect(() => readText('definition', ' \n ')).toThrow('definition is empty');
  expect(() => readText('definition', 'x'.repeat(10_001))).toThrow('at most 10000');
});
