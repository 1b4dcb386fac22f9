import { expect, test } from 'vitest';
import { mergeCopyInto, mergeInto } from './merge.ts';

test('objects and lists merge member by member, and a null erases nothing', () => {
  const target = { a: { x: 1, y: null }, list: [{ p: 1 }, null, { p: 3 }], kept: 'k' };
  mergeInto(target, { a: { y: 2, x: null }, list: [{ q: 1 }, { q: 2 }, null, { q: 4 }], kept: null, fresh: 5 });
  expect(target).toEqual({ a: { x: 1, y: 2 }, list: [{ p: 1, q: 1 }, { q: 2 }, { p: 3 }, { q: 4 }], kept: 'k', fresh: 5 });
});

test('a copy shares nothing with what it was made from', () => {
  const source = { deep: { list: [{ n: 1 }] }, moment: new Date(0) };
  const target: Record<string, unknown> = {};
  mergeCopyInto(target, source);
  expect(target).toEqual(source);
  expect(target['deep']).not.toBe(source.deep);
  expect(target['moment']).toBe(source.moment);
});
