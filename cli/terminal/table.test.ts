import { expect, test } from 'vitest';
import { escaped, escapedLines } from './escape.ts';
import { asJson } from './json.ts';
import { table } from './table.ts';

const plain = (text: string): string => text;

test('columns stay aligned behind emoji and wide characters', () => {
  const lines = table(
    ['NAME', 'TYPE'],
    [
      ['🌱 seedlings', 'A'],
      ['顧客', 'B'],
      ['x', null],
    ],
    plain,
  ).split('\n');
  expect(lines).toEqual(['NAME          TYPE', '🌱 seedlings  A', '顧客          B', 'x             -']);
});

test('what would move the cursor, colour the screen or turn the text is shown instead of obeyed', () => {
  expect(escaped('a\u001b[2Jb\r\n\u009b\u202egpj.exe')).toBe('a\\u001b[2Jb\\u000d\\u000a\\u009b\\u202egpj.exe');
  expect(escapedLines('one\ntwo\u0007')).toBe('one\ntwo\\u0007');
  expect(table(['A'], [['\u001b[31m']], plain)).toBe('A\n\\u001b[31m');
});

test('JSON for the terminal is escaped and reads back unchanged', () => {
  const data = { name: '\u001b\u009b\u202e🌱' };
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  expect(asJson(data)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(JSON.parse(asJson(data))).toEqual(data);
});
