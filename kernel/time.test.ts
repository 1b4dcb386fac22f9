import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { atMs, instantNow, parseInstant, toMs } from './time.ts';

/** Years 2 to 9998, so that no offset leaves the calendar. */
const ms = fc.integer({ min: Date.UTC(2000, 0, 1) - 1998 * 365.25 * 86_400_000, max: Date.UTC(9998, 11, 31) });

test.prop([ms])('an instant is what it was made of', (at) => {
  expect(toMs(atMs(at))).toBe(at);
  expect(parseInstant(atMs(at))).toBe(atMs(at));
});

test.prop([ms, ms])('text order is time order', (a, b) => {
  expect(Math.sign(a - b)).toBe(atMs(a) < atMs(b) ? -1 : atMs(a) > atMs(b) ? 1 : 0);
});

test.prop([ms, fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })])(
  'the same moment at any offset is the same instant',
  (at, offsetMinutes) => {
    const two = (n: number): string => Math.trunc(Math.abs(n)).toString().padStart(2, '0');
    const wall = atMs(at + offsetMinutes * 60_000).slice(0, -1);
    const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(offsetMinutes / 60)}:${two(offsetMinutes % 60)}`;
    expect(parseInstant(wall + offset)).toBe(atMs(at));
  },
);

test.each([
  ['2026-11-21T11:37:08Z', '2026-11-21T11:37:08.000000Z'],
  ['2026-11-21t11:37:08.1z', '2026-11-21T11:37:08.100000Z'],
  ['2026-11-21T11:37:08.123456789+05:30', '2026-11-21T06:07:08.123456Z'],
  ['2026-11-21 11:37:08.123456+00', '2026-11-21T11:37:08.123456Z'],
  ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
  ['2024-02-29T00:00:00-01:00', '2024-02-29T01:00:00.000000Z'],
  ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
])('%s is %s', (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

test.each([
  '',
  'yesterday',
  '2026-11-21',
  '2026-11-21T11:37:08',
  '2026-13-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-11-21T24:00:00Z',
  '2026-11-21T10:60:00Z',
  '2026-11-21T10:00:60Z',
  '2026-11-21T10:00:00+24:00',
  '2026-11-21T10:00:00+00:60',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-00:01',
  '0001-01-01T00:00:00+00:01',
  '2026-11-21T10:00:00.Z',
  ' 2026-11-21T10:00:00Z',
  '２026-11-21T10:00:00Z',
  '44-03-15 00:00:00+00 BC',
])('%j is refused, never corrected', (text) => {
  expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

test('now is an instant', () => {
  expect(Math.abs(toMs(instantNow()) - Date.now())).toBeLessThan(1000);
});
