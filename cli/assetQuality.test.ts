import { expect, test } from 'vitest';
import { qualityText, signalsOf } from './assetQuality.ts';
import type { AssetPage } from './assetQuery.ts';

const page = (more: Partial<AssetPage>): AssetPage => ({
  __typename: 'Dataset',
  id: 'ast_1',
  urn: 'urn:cadastre:dataset:n,t',
  name: 't',
  state: 'PRESENT',
  version: 1,
  firstSeenAt: '2026-11-21T08:00:00.000000Z',
  descriptions: [],
  owners: [],
  tags: [],
  ...more,
});
const plain = (text: string): string => text;

const signal = (status: string | null, more: object = {}) => ({
  node: { name: 'n', kind: 'unique', columnName: null, status, failures: null, message: null, observedAt: null, ...more },
});

test('quality counts what there is and leaves out what there is not', () => {
  const none = { passing: 0, warning: 0, failing: 0, erroring: 0, unknown: 0, lastObservedAt: null };
  expect(qualityText(page({ quality: null }))).toBeUndefined();
  expect(
    qualityText(page({ quality: { ...none, passing: 12, failing: 1, lastObservedAt: '2026-11-21T08:00:00.000000Z' } })),
  ).toBe('12 passing, 1 failing, last 2026-11-21 08:00:00');
  expect(qualityText(page({ quality: { ...none, unknown: 2 } }))).toBe('2 without result');
});

test('checks that passed or have not run are not listed, and words of a source cannot drive the terminal', () => {
  const edges = [signal('PASS'), signal(null), signal('FAIL', { failures: 3, message: 'Got 3 \u001b[31mresults' })];
  const text = signalsOf(page({ qualitySignals: { edges, pageInfo: { hasNextPage: true } } }), plain).join('\n');
  expect(text).toMatch(/fail +unique +n +3 +Got 3/);
  expect(text).not.toContain('\u001b');
  expect(text).not.toMatch(/pass/);
  expect(text).toContain('there are more checks');
  expect(signalsOf(page({ qualitySignals: { edges: [signal('PASS')], pageInfo: { hasNextPage: false } } }), plain)).toEqual([]);
});
