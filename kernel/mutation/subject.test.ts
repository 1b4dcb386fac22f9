import { expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { writtenSubject } from './subject.ts';

test('an id stays what it is, also behind the kind of evidence it stands for', () => {
  for (const id of [newId('user'), `manual/${newId('event')}`])
    expect(writtenSubject('Thing', 'id', id)).toEqual({ type: 'Thing', id });
});

test('any other text stands in the detail alone, which can be forgotten', () => {
  for (const text of ['Fired: Ana Perez', 'usr_ana', `${newId('user')} Ana`, 'x'.repeat(10_000)]) {
    const { id, detail } = writtenSubject('Tag', 'name', text);
    expect(id).toMatch(/^written\/[0-9a-f]{16}$/);
    expect(detail).toEqual({ name: text });
    expect(writtenSubject('Tag', 'name', text).id).toBe(id);
  }
});
