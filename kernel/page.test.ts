import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { makeCursor, PAGE_MAX, readPage, toConnection } from './page.ts';

const key = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.integer()), { maxLength: 4 });

test.prop([key, fc.string()])('a cursor brings back its sort key to the query that made it', (parts, scope) => {
  expect(readPage({ after: makeCursor(parts, scope) }, scope).after).toEqual(parts);
});

test.prop([key, fc.string(), fc.string()])('a cursor of another query is refused', (parts, scope, other) => {
  fc.pre(scope !== other);
  expect(() => readPage({ after: makeCursor(parts, scope) }, other)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }));
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
      const page = readPage({ first, after }, 'numbers');
      const from = page.after === null ? rows : rows.filter((row) => row > Number(page.after?.[0]));
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
  const page = readPage({}, 's');
  const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
  expect(toConnection([], page, () => [])).toEqual({ edges: [], pageInfo });
  expect(toConnection([], page, () => [], { value: 0, exact: true })).toEqual({
    edges: [],
    pageInfo,
    totalCount: { value: 0, exact: true },
  });
});
