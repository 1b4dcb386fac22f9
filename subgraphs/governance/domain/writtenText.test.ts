import { expect, test } from 'vitest';
import { mintToken } from '../../../kernel/identity/token.ts';
import { newId } from '../../../kernel/ids.ts';
import { checkAdminToken } from './adminToken.ts';
import { checkEmail, checkName } from './writtenText.ts';

test('a name is trimmed and may be of any script', () => {
  expect(checkName('name', '  Ada Lovelace ')).toBe('Ada Lovelace');
  expect(checkName('name', "李雷 O'Neill 🦉")).toBe("李雷 O'Neill 🦉");
  expect(checkName('name', 'x'.repeat(200))).toHaveLength(200);
});

test.each(['', '   ', 'a\nb', 'a\u0000b', 'a\u0085b'])('%j is no name, and the fault says which field', (text) => {
  expect(() => checkName('label', text)).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('label') }),
  );
});

test.each(['a@b', 'ada+lovelace@example.com', 'ä@bücher.example'])('%s is an address', (text) => {
  expect(checkEmail(` ${text} `)).toBe(text);
});

test.each(['', 'ada', '@b', 'a@', 'a@b@c', 'a b@c', 'a@b c', 'a@b\u0000'])('%j is no address', (text) => {
  expect(() => checkEmail(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

test('names and addresses have a bound', () => {
  expect(() => checkName('name', 'x'.repeat(201))).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  expect(checkEmail(`${'x'.repeat(242)}@example.com`)).toHaveLength(254);
  expect(() => checkEmail(`${'x'.repeat(243)}@example.com`)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

test('an operator may choose any token that is long enough for a header, or one that we made', () => {
  const { token } = mintToken('live', newId('key'));
  for (const right of ['x'.repeat(20), 'x'.repeat(512), 'correct/horse+battery=staple!', token])
    expect(checkAdminToken(right)).toBe(right);
  for (const wrong of [
    'x'.repeat(19),
    'x'.repeat(513),
    'with a space in the middle',
    'with-an-ümlaut-in-the-middle',
    token.slice(0, -1),
    '',
  ]) {
    expect(() => checkAdminToken(wrong)).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }));
  }
});
