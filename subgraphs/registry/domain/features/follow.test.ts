import { expect, test } from 'vitest';
import type { FeatureBinding } from './binding.ts';
import { type ColumnNow, follow } from './follow.ts';

const binding = (id: string, columnId: string, more: Partial<FeatureBinding> = {}): FeatureBinding => ({
  id,
  versionId: 'v',
  feature: 'age',
  columnId,
  columnUrn: `urn:${columnId}`,
  datasetId: 'old',
  state: 'CONFIRMED',
  origin: 'DECLARED',
  confidence: 1,
  reasons: [],
  encoding: null,
  recordedBy: 'usr',
  recordedAt: '2026-01-01T00:00:00.000000Z' as FeatureBinding['recordedAt'],
  endedAt: null,
  eventId: 'e',
  ...more,
});
const ENDED = { endedAt: '2026-02-01T00:00:00.000000Z' as FeatureBinding['recordedAt'] };
const now = (...columns: readonly (readonly [string, string])[]): ReadonlyMap<string, ColumnNow> =>
  new Map(columns.map(([asked, id]) => [asked, { id, urn: `urn:${id}`, datasetId: 'new' }]));

test('what was merged ends, and begins with the column that stands for it', () => {
  const { ended, begun } = follow([{ ...binding('a', 'c1'), carriedId: null }], now(['c1', 'c2']), [binding('a', 'c1')]);
  expect(ended).toEqual(['a']);
  expect(begun).toMatchObject([{ feature: 'age', columnId: 'c2', columnUrn: 'urn:c2', datasetId: 'new' }]);
});

test('what is itself stays, and so does what the catalog knows no more', () => {
  const movable = [
    { ...binding('a', 'c1'), carriedId: null },
    { ...binding('b', 'c3'), carriedId: null },
  ];
  expect(follow(movable, now(['c1', 'c1']), [])).toEqual({ ended: [], begun: [] });
});

test('what a merge took along comes back in the place of what stood for it, once its column is itself again', () => {
  const carried = { ...binding('a', 'c1', ENDED), carriedId: 'b' };
  expect(follow([carried], now(['c1', 'c2']), [binding('b', 'c2')])).toEqual({ ended: [], begun: [] });
  const { ended, begun } = follow([carried], now(['c1', 'c1']), [binding('b', 'c2')]);
  expect([ended, begun.map(({ columnId }) => columnId)]).toEqual([['b'], ['c1']]);
});

test('what is said of the column already is not said twice', () => {
  const standing = [binding('a', 'c1'), binding('b', 'c2')];
  expect(follow([{ ...binding('a', 'c1'), carriedId: null }], now(['c1', 'c2']), standing)).toEqual({ ended: ['a'], begun: [] });
  const two = [
    { ...binding('a', 'c1'), carriedId: null },
    { ...binding('d', 'c4'), carriedId: null },
  ];
  expect(follow(two, now(['c1', 'c2'], ['c4', 'c2']), []).begun).toHaveLength(1);
});
