import fc from 'fast-check';
import { expect, test } from 'vitest';
import { code, plain, quoted } from './markdown.ts';

/** What CommonMark shows of text without markup: a backslash before punctuation stands for nothing. */
const shown = (markdown: string): string => markdown.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');

test('a text is shown as it is, and nothing in it is markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab !#*_[](){}<>|`~-+.:/\\&@$%^=\'"?;,1\n\t') }), (text) => {
      const markdown = plain(text);
      expect(shown(markdown)).toBe(text.replaceAll(/\s+/g, ' ').trim());
      // Every mark stands behind a backslash of its own.
      expect(markdown.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
    }),
  );
});

test('what hides or turns text is not there', () => {
  expect(plain('a\u202eb\u200bc\u{e0041}d\u0007e')).toBe('abcde');
  expect(code('a`b\u202ec')).toBe("`a'bc`");
  expect(code(' ')).toBe('');
});

test('every line of a quotation is one', () => {
  expect(quoted('# a\n\n> b\r\n- c')).toBe('> \\# a\n>\n> \\> b\n> \\- c');
});
