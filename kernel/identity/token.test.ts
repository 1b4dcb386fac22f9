import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { newId } from '../ids.ts';
import { isMistyped, mintToken, tokenHmac } from './token.ts';

const pepper = Buffer.alloc(32, 1);

test('a token names its environment and its key, and holds a secret of its own', () => {
  const keyId = newId('key');
  const { token } = mintToken('live', keyId);
  expect(token).toMatch(/^cad_live_[0-9a-hjkmnp-tv-z]{26}_[0-9a-z]{50}_[0-9a-f]{8}$/);
  expect(`key_${token.split('_')[2]}`).toBe(keyId);
  expect(mintToken('live', keyId).token).not.toBe(token);
  expect(isMistyped(token)).toBe(false);
});

test.prop([fc.nat(), fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz')])(
  'one wrong character is found without a look-up',
  (at, char) => {
    const { token } = mintToken('local', newId('key'));
    const index = 4 + (at % (token.length - 4));
    fc.pre(token.charAt(index) !== char);
    expect(isMistyped(token.slice(0, index) + char + token.slice(index + 1))).toBe(true);
  },
);

test.prop([fc.nat()])('a token that is cut off is found without a look-up', (at) => {
  const { token } = mintToken('local', newId('key'));
  expect(isMistyped(token.slice(0, 4 + (at % (token.length - 4))))).toBe(true);
});

test('tokens of other makes are left to the look-up', () => {
  expect(isMistyped('an-operator-chose-this-one')).toBe(false);
});

test('what is stored depends on the pepper and on every character', () => {
  expect(tokenHmac(pepper, 'a')).toHaveLength(32);
  expect(tokenHmac(pepper, 'a').equals(tokenHmac(pepper, 'a'))).toBe(true);
  expect(tokenHmac(pepper, 'a').equals(tokenHmac(pepper, 'b'))).toBe(false);
  expect(tokenHmac(pepper, 'a').equals(tokenHmac(Buffer.alloc(32, 2), 'a'))).toBe(false);
});
