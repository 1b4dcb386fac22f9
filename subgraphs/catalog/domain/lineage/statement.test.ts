import { expect, test } from 'vitest';
import { candidates, merged, seenStatement } from './statement.ts';

const record = {
  id: '1',
  text: '',
  database: 'shop',
  schemas: [],
  calls: 2,
  rows: 5,
  totalMs: 1.5,
  firstSeenAt: '2026-01-02T00:00:00Z',
  lastSeenAt: '2026-01-03T00:00:00Z',
};

test('a bare name is looked up along the path, a longer one is not', () => {
  const session = { database: 'shop', schemas: ['Etl', 'public'] };
  expect(candidates('lower', session, ['orders'])).toEqual(['shop."Etl".orders', 'shop.public.orders']);
  expect(candidates('lower', session, ['archive', 'orders'])).toEqual(['shop.archive.orders']);
  expect(candidates('lower', session, ['other', 'archive', 'orders'])).toEqual(['other.archive.orders']);
  expect(candidates('lower', { database: 'shop', schemas: [] }, ['orders'])).toEqual([]);
});

test('without databases above schemas, names are one part shorter; one in capitals may be a keyword in small letters', () => {
  const session = { database: null, schemas: ['shop'] };
  expect(candidates('sensitive', session, ['Orders'])).toEqual(['shop.Orders']);
  expect(candidates('sensitive', session, ['EVENTS'])).toEqual(['shop.EVENTS', 'shop.events']);
});

test('the same text with the same path is one statement, whatever the engine calls it', () => {
  const a = seenStatement(record, 'select 1', ['public']);
  expect(seenStatement({ ...record, id: '2', calls: 9 }, 'select 1', ['public']).fingerprint).toBe(a.fingerprint);
  expect(seenStatement(record, 'select 1', ['tenant']).fingerprint).not.toBe(a.fingerprint);
  expect(seenStatement(record, 'select 2', ['public']).fingerprint).not.toBe(a.fingerprint);
  expect(seenStatement({ ...record, database: 'other' }, 'select 1', ['public']).fingerprint).not.toBe(a.fingerprint);
});

test('records of one statement add up; what one of them does not know is not known', () => {
  const a = seenStatement(record, 'select 1', []);
  const b = { ...a, calls: 3, rows: null, totalMs: 2, firstSeenAt: '2026-01-01T00:00:00Z', lastSeenAt: null };
  expect(merged(a, b)).toMatchObject({
    calls: 5,
    rows: null,
    totalMs: 3.5,
    firstSeenAt: '2026-01-01T00:00:00Z',
    lastSeenAt: '2026-01-03T00:00:00Z',
  });
});
