import { expect, test } from 'vitest';
import { restanding, type StatedEdge } from './restand.ts';

const edge = (id: string, sourceNo: string, targetNo: string, standing: Partial<StatedEdge> = {}): StatedEdge => ({
  id,
  sourceNo,
  targetNo,
  standingId: null,
  standingSourceNo: null,
  standingTargetNo: null,
  ...standing,
});
/** 1 is 2 now, and 9 has no counterpart. */
const standingFor = (no: string): string | null => (no === '1' ? '2' : no === '9' ? null : no);

test('an edge stands between what its ends are now', () => {
  expect(restanding([edge('e', '1', '3')], standingFor).moving).toEqual([{ id: 'e', sourceNo: '2', targetNo: '3' }]);
});

test('an edge without an end, or from a thing to itself, leaves its place and gets none', () => {
  const stood = { standingId: 'c', standingSourceNo: '4', standingTargetNo: '5' };
  expect(restanding([edge('e', '9', '3', stood), edge('f', '1', '2')], standingFor)).toEqual({
    moving: [{ id: 'e', sourceNo: null, targetNo: null }],
    leaving: ['c'],
  });
});

test('an edge that stands where it should is left alone', () => {
  const stands = { standingId: 'c', standingSourceNo: '2', standingTargetNo: '3' };
  expect(restanding([edge('e', '1', '3', stands)], standingFor)).toEqual({ moving: [], leaving: [] });
});
