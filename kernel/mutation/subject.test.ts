import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { mintToken, tokenHmac } from '../identity/token.ts';
import { newId } from '../ids.ts';
import { writtenSubject } from './subject.ts';

const pepper = Buffer.alloc(32, 7);

test('an id stays what it is, also behind the kind of evidence it stands for', () => {
  for (const id of [newId('user'), `manual/${newId('event')}`])
    expect(writtenSubject(pepper, 'Thing', 'id', id)).toEqual({ type: 'Thing', id });
});

test('any other text stands in the detail alone, which can be forgotten', () => {
  for (const text of ['Fired: Ana Perez', 'usr_ana', `${newId('user')} Ana`, 'x'.repeat(10_000)]) {
    const { id, detail } = writtenSubject(pepper, 'Tag', 'name', text);
    expect(id).toMatch(/^written\/[0-9a-f]{32}$/);
    expect(detail).toEqual({ name: text });
    expect(writtenSubject(pepper, 'Tag', 'name', text).id).toBe(id);
  }
});

test('whoever has the log and not the pepper cannot find the text by trying', () => {
  const { id } = writtenSubject(pepper, 'Tag', 'name', 'Ana Perez');
  const tried = ['Ana Perez', canonicalJson('Ana Perez')].map((text) => createHash('sha256').update(text).digest('hex'));
  for (const digest of tried) expect(id).not.toContain(digest.slice(0, 8));
  expect(writtenSubject(randomBytes(32), 'Tag', 'name', 'Ana Perez').id).not.toBe(id);
});

test('a token that is written where an id belongs is not kept, nor what is stored of it told', () => {
  const { token } = mintToken('live', newId('key'));
  const { detail } = writtenSubject(pepper, 'AccessKey', 'id', ` ${token}`);
  expect(detail).toEqual({ id: ' cad_…' });
  expect(writtenSubject(pepper, 'AccessKey', 'id', token).id).not.toContain(tokenHmac(pepper, token).toString('hex').slice(0, 8));
});
