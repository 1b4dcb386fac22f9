import { expect, test } from 'vitest';
import { changeText } from './change.ts';
import { compareSchemas } from './compareSchemas.ts';

const texts = (before: Parameters<typeof compareSchemas>[0], after: Parameters<typeof compareSchemas>[0]): readonly string[] =>
  compareSchemas(before, after).map(changeText);

test('what was dropped, renamed or retyped is told; what was added is not', () => {
  expect(
    texts(
      { 's.a': { id: 'int', x: 'text', n: 'int' }, 's.gone': { id: 'int' }, 's.r': { old: 'date', id: 'int' } },
      { 's.a': { id: 'text', n: 'bigint', more: 'json' }, 's.new': {}, 's.r': { young: 'date', id: 'int' } },
    ),
  ).toEqual([
    's.a.x was dropped',
    's.a.id went from int to text',
    's.a.n went from int to bigint, which holds all of it',
    's.gone was dropped',
    's.r.old was renamed to young',
  ]);
});

test('case and quotes are no change', () => {
  expect(texts({ 'S."A"': { ID: 'INT' } }, { 's.a': { '"id"': 'integer' } })).toEqual([]);
});

test('a type that nobody knows has not changed', () => {
  expect(texts({ 's.a': { id: '' } }, { 's.a': { id: 'int' } })).toEqual([]);
});
