import { expect, test } from 'vitest';
import type { Instant } from '../../../kernel/time.ts';
import { badnessOf, type KnownDefinition, toolOf, verdictOn } from './quality.ts';

const day = (number: number): Instant => `2026-11-2${number}T00:00:00.000000Z` as Instant;
const known = (more: Partial<KnownDefinition> = {}): KnownDefinition => ({
  id: 'qsg_1',
  statedAt: day(2),
  isCurrent: true,
  digest: 'a',
  ...more,
});

test.each([
  ['what nobody knows begins', 'open', undefined, { digest: 'a', statedAt: day(2) }, null],
  ['the same goes on', 'keep', known(), { digest: 'a', statedAt: day(3) }, day(2)],
  ['the same goes on when it is stated twice', 'keep', known(), { digest: 'a', statedAt: day(2) }, day(2)],
  ['another definition replaces it', 'replace', known(), { digest: 'b', statedAt: day(3) }, day(2)],
  ['an older definition does not', 'ignore', known(), { digest: 'b', statedAt: day(1) }, null],
  ['what has ended comes back', 'open', known({ isCurrent: false }), { digest: 'a', statedAt: day(3) }, day(2)],
  [
    'an older statement brings nothing back',
    'ignore',
    known({ isCurrent: false, statedAt: day(1) }),
    { digest: 'a', statedAt: day(1) },
    day(2),
  ],
  ['an older statement tells nothing new', 'ignore', undefined, { digest: 'a', statedAt: day(1) }, day(2)],
] as const)('%s', (_what, verdict, before, told, last) => {
  expect(verdictOn(before, told, last)).toBe(verdict);
});

test('of two results of one moment the worse one counts', () => {
  expect((['FAIL', 'PASS', 'ERROR', 'SKIPPED', 'WARN'] as const).toSorted((a, b) => badnessOf(a) - badnessOf(b))).toEqual([
    'SKIPPED',
    'PASS',
    'WARN',
    'FAIL',
    'ERROR',
  ]);
});

test('a tool is what a producer begins with', () => {
  expect(['dbt/shop', 'dbt 1.11', 'dbt', ''].map(toolOf)).toEqual(['dbt', 'dbt', 'dbt', '']);
});
