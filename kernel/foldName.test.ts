import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from './fault.ts';
import { foldName } from './foldName.ts';

const fold = (written: string): string => foldName('stage', written, 100).folded;

function refusal(written: string): string {
  try {
    fold(written);
  } catch (error) {
    if (error instanceof Fault && error.code === 'BAD_USER_INPUT') return error.message;
    throw error;
  }
  return '';
}

test.each([
  ['upper case', 'PRODUCTION'],
  ['mixed case', 'ProDuction'],
  ['white space around it', ' \t production\u00a0\n'],
  ['full-width letters', 'ｐｒｏｄｕｃｔｉｏｎ'],
  ['mathematical letters', '𝐩𝓻𝗈𝕕𝘂𝖈𝚝𝑖𝒐𝔫'],
  ['letters in circles', 'ⓟⓡⓞⓓⓤⓒⓣⓘⓞⓝ'],
  ['a dotless i', 'productıon'],
  ['a dotted capital i', 'PRODUCTİON'],
])('%s is the same stage', (_, written) => {
  expect(fold(written)).toBe('production');
});

test('one name has one folded form, composed or not, and however many spaces', () => {
  expect(fold('Cafe\u0301  v2')).toBe(fold('CAFÉ\u3000V2'));
  expect(fold('Straße')).toBe(fold('STRASSE'));
  expect(fold('ﬁx')).toBe('fix');
  expect(fold('ΛΟΓΟΣ')).toBe(fold('λογος'));
});

describe('what looks like a guarded name and is none is refused', () => {
  test.each([
    ['a Cyrillic о', 'pr\u043eduction', /Latin and Cyrillic/],
    ['a Greek omicron', 'pr\u03bfduction', /Latin and Greek/],
    ['an Armenian օ', 'pr\u0585duction', /Latin and Armenian/],
    ['a Cherokee letter', 'Ꭱroduction', /hardly used/],
    ['a phonetic letter', 'pr\u1d0fduction', /U\+1D0F/],
    ['a phonetic alpha', 'st\u0251ging', /U\+0251/],
    ['a click letter', 'p\u01c0ay', /U\+01C0/],
    ['a zero-width space', 'prod\u200buction', /<U\+200B>/],
    ['a zero-width joiner', 'production\u200d', /<U\+200D>/],
    ['a soft hyphen', 'prod\u00aduction', /cannot be seen/],
    ['a right-to-left override', '\u202enoitcudorp', /turns the direction/],
    ['an isolate', '\u2066production\u2069', /cannot be seen/],
    ['a variation selector', 'production\ufe0f', /cannot be seen/],
    ['tag characters', 'production\u{e0061}', /cannot be seen/],
    ['a Hangul filler', 'production\u3164', /cannot be seen/],
    ['an empty Braille cell', 'production\u2800', /cannot be seen/],
    ['a line end inside', 'pro\nduction', /cannot be seen/],
    ['NUL', 'pro\0duction', /cannot be seen/],
    ['half of a surrogate pair', 'pro\ud800duction', /half of a surrogate/],
    ['an overlay', 'pro\u0336duction', /accent that belongs to no letter/],
    ['a second dot on the i', 'producti\u0307on', /accent that belongs to no letter/],
    ['a mark at the beginning', '\u0301production', /accent/],
    ['another hyphen', 'pre\u2010production', /U\+2010/],
    ['another dot', 'v1\u0660', /U\+0660/],
    ['an emoji', 'production🚀', /U\+1F680/],
    ['only Cyrillic letters that read as Latin', 'СОРТ', /can be read as Latin/],
    ['only Greek letters that read as Latin', 'ΤΟΡ', /can be read as Latin/],
    ['nothing', ' \u3000 ', /empty/],
    ['too much', 'x'.repeat(101), /more than 100/],
  ])('%s', (_, written, message) => {
    expect(refusal(written)).toMatch(message);
  });
});

test.each([
  'модель',
  'Πρόβλεψη',
  '予測モデル',
  '한국어 모델',
  'نموذج',
  'प्रोडक्शन',
  'naïve Bayes',
  'Łódź',
  'a.b_c-1 (x)',
  'γεια-2',
])('%s is a name', (written) => {
  expect(refusal(written)).toBe('');
});

test('folding what is folded changes nothing, and no two spellings of one letter remain apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (written) => {
      if (refusal(written) !== '') return;
      const once = fold(written);
      expect(fold(once)).toBe(once);
      if (refusal(written.toUpperCase()) === '') expect(fold(written.toUpperCase())).toBe(once);
      expect(fold(written.normalize('NFD'))).toBe(once);
    }),
    { numRuns: 3_000 },
  );
});

test('nothing that folds to a guarded name is written with other than its letters', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0x80, max: 0x1ffff }), fc.integer({ min: 0, max: 9 }), (code, place) => {
      const odd = String.fromCodePoint(code);
      if (!odd.isWellFormed()) return;
      const written = `production`.slice(0, place) + odd + `production`.slice(place + 1);
      if (refusal(written) !== '') return;
      // Either it is the guarded name for the guard too, or a reader sees an accent or another letter.
      const same = fold(written) === 'production';
      expect(same || fold(written).normalize('NFD') !== 'production').toBe(true);
    }),
    { numRuns: 5_000 },
  );
});
