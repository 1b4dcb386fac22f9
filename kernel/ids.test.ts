import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { ID_PREFIXES, isId, newId, type IdKind } from './ids.ts';

const kinds = Object.keys(ID_PREFIXES) as IdKind[];
const kind = fc.constantFrom(...kinds);
const ms = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

test.prop([kind, ms, random])('every new id has the form of its kind', (of, nowMs, bytes) => {
  expect(isId(of, newId(of, nowMs, bytes))).toBe(true);
});

test.prop([ms, ms, random, random])('ids are ordered by creation', (a, b, x, y) => {
  fc.pre(a < b);
  expect(newId('asset', a, x) < newId('asset', b, y)).toBe(true);
});

test.prop([kind, kind])('an id of one kind is no id of another', (of, other) => {
  fc.pre(of !== other);
  expect(isId(other, newId(of))).toBe(false);
});

test('prefixes are unique', () => {
  expect(new Set(Object.values(ID_PREFIXES)).size).toBe(kinds.length);
});

test('what lies in an id is a uuid v7', () => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const text = newId('asset', 0x0123456789ab, new Uint8Array(10).fill(0xff));
  const value = Array.from(text.slice(4)).reduce((n, digit) => n * 32n + BigInt(digits.indexOf(digit)), 0n);
  expect(value.toString(16).padStart(32, '0')).toBe('0123456789ab7fffbfffffffffffffff');
});

test('two ids of the same millisecond differ', () => {
  const ids = Array.from({ length: 1000 }, () => newId('event', 0));
  expect(new Set(ids).size).toBe(1000);
});

test.each([
  '',
  'ast_',
  'ast_01jd6q',
  `ast_${'u'.repeat(26)}`,
  `AST_${'0'.repeat(26)}`,
  `ast_${'0'.repeat(26)}\n`,
  `ast_${'0'.repeat(27)}`,
])('%j is no id', (text) => {
  expect(isId('asset', text)).toBe(false);
});
