import { expect, test } from 'vitest';
import { refuseMerge } from './refuseMerge.ts';

const orphan = { no: '1', isCrawled: false, state: 'present', mergedInto: null } as const;
const crawled = { no: '2', isCrawled: true, state: 'present', mergedInto: null } as const;
const code = (...args: Parameters<typeof refuseMerge>): string | undefined => refuseMerge(...args)?.code;

test('what lineage alone knows is merged into another dataset in service', () => {
  expect(refuseMerge(orphan, crawled, false)).toBeNull();
  expect(refuseMerge(orphan, { ...orphan, no: '3' }, false)).toBeNull();
  expect(refuseMerge(orphan, { ...crawled, state: 'missing' }, false)).toBeNull();
});

test('nothing is merged into itself, twice, when it was crawled, or out of or into what is gone', () => {
  expect(code(orphan, orphan, false)).toBe('SAME_ASSET');
  expect(code(crawled, orphan, false)).toBe('CRAWLED');
  expect(code(orphan, crawled, true)).toBe('ALREADY_MERGED');
  expect(code({ ...orphan, mergedInto: '5' }, crawled, false)).toBe('ALREADY_MERGED');
  expect(code({ ...orphan, state: 'removed' }, crawled, false)).toBe('NOT_IN_SERVICE');
  expect(code(orphan, { ...crawled, state: 'removed' }, false)).toBe('NOT_IN_SERVICE');
  expect(code(orphan, { ...orphan, no: '3', mergedInto: '2' }, false)).toBe('NOT_IN_SERVICE');
});
