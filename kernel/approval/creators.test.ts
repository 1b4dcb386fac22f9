import { expect, test } from 'vitest';
import { digestText } from '../canonical.ts';
import { creatorsOf } from './creators.ts';
import type { Subject } from './subjectRow.ts';

const subject = (text: string | null, ...creatorIds: readonly string[]): Subject => ({
  subjectId: 'x',
  subjectType: 'X',
  groupId: null,
  name: 'x',
  resourceNo: null,
  contentDigest: text === null ? null : digestText(text),
  creatorIds,
  ownerIds: [],
  tags: [],
});

test.each<readonly [string, readonly string[], Subject, Subject | null]>([
  ['is who says so first', ['ana'], subject('a', 'ana'), null],
  ['stays who made the same content', ['ana', 'bob'], subject('a', 'bob'), subject('a', 'ana')],
  ['stays who made the draft', ['ana', 'bob'], subject('a', 'bob'), subject(null, 'ana')],
  ['stays who made a draft that still is one', ['ana', 'bob'], subject(null, 'bob', 'bob'), subject(null, 'ana')],
  ['is not who made another content', ['bob'], subject('b', 'bob'), subject('a', 'ana')],
])('who made it %s', (_, expected, stated, before) => {
  expect(creatorsOf(stated, before)).toEqual(expected);
});

test('nobody who made it is forgotten: more than a hundred are too many', () => {
  const before = subject(null, ...Array.from({ length: 100 }, (_, i) => `person ${i}`));
  expect(creatorsOf(subject(null, 'person 7'), before)).toHaveLength(100);
  expect(() => creatorsOf(subject(null, 'somebody else'), before)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
});
