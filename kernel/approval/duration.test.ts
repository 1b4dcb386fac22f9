import { expect, test } from 'vitest';
import { parseInstant } from '../time.ts';
import { durationMs, later } from './duration.ts';

test.each([
  ['PT1S', 1_000],
  ['PT24H', 86_400_000],
  ['P1D', 86_400_000],
  ['P2W', 14 * 86_400_000],
  ['P1DT2H3M4S', 93_784_000],
])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

test.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '1D', 'P-1D', 'PT0S', 'P1.5D', 'p1d', 'P99999D', 'PT1H ', 'P1W2D'])(
  '"%s" has no fixed length that is meant',
  (text) => expect(durationMs(text)).toBeNull(),
);

test('microseconds stay', () => {
  expect(later(parseInstant('2026-11-21T11:37:08.123456Z'), 86_400_000)).toBe('2026-11-22T11:37:08.123456Z');
  expect(later(parseInstant('2026-11-21T11:37:08.000456Z'), -1)).toBe('2026-11-21T11:37:07.999456Z');
});
