import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { makeCursor, PAGE_MAX, readPage, toConnection, type KeyPart, type Page } from './page.ts';
import { atMs } from './time.ts';

const written = fc.string({ unit: 'grapheme', maxLength: 50 }).filter((text) => !text.includes('\0'));
const parts: Readonly<Record<KeyPart, fc.Arbitrary<string | number>>> = {
  text: written,
  no: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  int: fc.integer(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  time: fc.integer({ min: 0, max: 4e12 }).map((ms) => atMs(ms)),
};
/** A shape and a key that has it. */
const key = fc
  .array(fc.constantFrom<KeyPart>('text', 'no', 'int', 'number', 'time'), { maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), fc.tuple(...shape.map((part) => parts[part]))));
const INVALID = expect.objectContaining({ code: 'INVALID_CURSOR' });

test.prop([key, fc.string()])('a cursor brings back its sort key to the query that made it', ([shape, sortKey], scope) => {
  expect(readPage({ after: makeCursor(sortKey, scope) }, scope, 50, shape).after).toEqual(sortKey);
});

test.prop([key, fc.string(), fc.string()])('a cursor of another query is refused', ([shape, sortKey], scope, other) => {
  fc.pre(scope !== other);
  expect(() => readPage({ after: makeCursor(sortKey, scope) }, other, 50, shape)).toThrow(INVALID);
});

test.each<readonly [KeyPart, readonly (string | number)[]]>([
  ['int', []],
  ['int', [1, 2]],
  ['int', ['NaN']],
  ['int', [1e12]],
  ['int', [1.5]],
  ['number', ['1']],
  ['no', [1]],
  ['no', ['-1']],
  ['no', ['9223372036854775808']],
  ['text', [1]],
  ['text', ['a\0b']],
  ['text', ['\ud800']],
  ['time', ['yesterday']],
  ['time', ['2026-11-21T11:37:08Z']],
])('a forged key is no cursor: %s of %j', (part, sortKey) => {
  expect(() => readPage({ after: makeCursor(sortKey, 's') }, 's', 50, [part])).toThrow(INVALID);
});

test.prop([fc.string({ unit: 'binary' })])('whatever else is sent as a cursor is refused, never a crash', (text) => {
  expect(() => readPage({ after: text }, 'scope')).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }));
});

test.prop([fc.uniqueArray(fc.integer()), fc.integer({ min: 1, max: 7 })])(
  'following endCursor meets every row once, in order',
  (numbers, first) => {
    const rows = numbers.toSorted((a, b) => a - b);
    const seen: number[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Page<readonly ['int']> = readPage({ first, after }, 'numbers', 50, ['int']);
      const from = page.after === null ? rows : rows.filter((row) => row > (page.after?.[0] ?? 0));
      const connection = toConnection(from.slice(0, page.first + 1), page, (row) => [row]);
      seen.push(...connection.edges.map(({ node }) => node));
      expect(connection.edges.length).toBeLessThanOrEqual(first);
      expect(connection.pageInfo.hasPreviousPage).toBe(after !== null);
      after = connection.pageInfo.endCursor;
      more = connection.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(rows);
  },
);

test.each([0, -1, 1.5, Number.NaN])('first: %d is bad input', (first) => {
  expect(() => readPage({ first }, 's')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

test('a page has a bound', () => {
  expect(readPage({ first: PAGE_MAX }, 's').first).toBe(PAGE_MAX);
  expect(() => readPage({ first: PAGE_MAX + 1 }, 's')).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
});

test('null means left out', () => {
  expect(readPage({ first: null, after: null }, 's', 20)).toEqual({ first: 20, after: null, scope: 's' });
});

test('an empty page has no cursors, and a count only when there is one', () => {
  const page = readPage({}, 's', 50, []);
  const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
  expect(toConnection([], page, () => [])).toEqual({ edges: [], pageInfo });
  expect(toConnection([], page, () => [], { value: 0, exact: true })).toEqual({
    edges: [],
    pageInfo,
    totalCount: { value: 0, exact: true },
  });
});
