import { expect, test } from 'vitest';
import { digestText } from '../../../../kernel/canonical.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { isInForce } from './isInForce.ts';

const at = '2026-11-21T12:00:00.000000Z' as Instant;
const soon = '2026-11-21T12:00:00.000001Z' as Instant;
const digest = digestText('manifest');
const inUse = { state: 'APPLIED', contentDigest: digest, validUntil: soon } as const;

test.each<readonly [boolean, string, object]>([
  [true, 'that is applied', {}],
  [false, 'that nobody has applied', { state: 'APPROVED' }],
  [false, 'that was taken back', { state: 'REVOKED' }],
  [false, 'that ends this very moment', { validUntil: at }],
  [false, 'of other bytes', { contentDigest: digestText('another') }],
])('it is %s that an approval is in force %s', (expected, _, change) => {
  expect(isInForce({ ...inUse, ...change }, { digest, at })).toBe(expected);
});
