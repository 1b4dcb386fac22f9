import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { Fault } from '../fault.ts';
import { parseEvidenceValue } from './evidenceValue.ts';

test.each<readonly [unknown, string]>([
  [{ auc: Number.NaN }, 'value.auc: NaN is not a number'],
  [{ auc: Number.POSITIVE_INFINITY }, 'value.auc: Infinity is not a number'],
  [{ auc: '0.9' }, 'value.auc: "0.9" is a number in quotes'],
  [{ auc: ' 1e3 ' }, 'is a number in quotes'],
  [{ auc: 'NaN' }, 'is a number in quotes'],
  [{ auc: '-Infinity' }, 'is a number in quotes'],
  [{ auc: null }, 'give a number, a text, true or false'],
  [{ auc: [0.9] }, 'give a number, a text, true or false'],
  [{ 'auc-pr': 1 }, 'letters, digits and underscores'],
  [{ champion: 1 }, 'this name is reserved'],
  [JSON.parse('{"__proto__": 1}'), 'this name is reserved'],
  [{}, 'give 1 to 1000 fields'],
  [null, 'give an object'],
  [[1], 'give an object'],
  [{ note: 'x'.repeat(1_001) }, 'at most 1000 characters'],
])('%j is refused, with what to do', (value, message) => {
  expect(() => parseEvidenceValue(value)).toThrow(Fault);
  expect(() => parseEvidenceValue(value)).toThrow(message);
});

test('there is one zero', () => {
  expect(Object.is(parseEvidenceValue({ loss: -0 })['loss'], 0)).toBe(true);
});

test('what is accepted is what is stored', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc
          .stringMatching(/^[a-z][a-z0-9_]{3,8}$/)
          .filter((name) => !['false', 'true', 'null', 'break', 'const', 'champion', 'continue'].includes(name)),
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constantFrom('ok', 'v1.2', '')),
        { minKeys: 1, maxKeys: 5 },
      ),
      (value) => {
        const parsed = parseEvidenceValue(value);
        expect(JSON.parse(canonicalJson(parsed))).toEqual({ ...parsed });
        expect(Object.keys(parsed)).toEqual(Object.keys(value));
      },
    ),
  );
});
