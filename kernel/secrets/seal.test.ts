import { randomBytes } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { seal, unseal, type SealingKey } from './seal.ts';

const newKey = () => randomBytes(32) as SealingKey;
const key = newKey();
const refused = expect.objectContaining({ code: 'CONFIGURATION' });

test.prop([fc.string({ unit: 'grapheme' }), fc.string()])('what was sealed comes back where it was stored', (secret, place) => {
  expect(unseal(key, place, seal(key, place, secret))).toBe(secret);
});

test('the same secret is sealed differently every time', () => {
  expect(seal(key, 'a', 'secret')).not.toBe(seal(key, 'a', 'secret'));
});

test('another key does not open it', () => {
  expect(() => unseal(newKey(), 'a', seal(key, 'a', 'secret'))).toThrow(refused);
});

test('a sealed text that was moved does not open', () => {
  expect(() => unseal(key, 'source/b', seal(key, 'source/a', 'secret'))).toThrow(refused);
});

test.prop([fc.constantFrom(1, 2, 3), fc.nat(), fc.integer({ min: 1, max: 255 })])(
  'a sealed text with one wrong byte does not open',
  (which, at, flip) => {
    const parts = seal(key, 'a', 'a secret of some length').split('.');
    const bytes = Buffer.from(parts[which] ?? '', 'base64url');
    const index = at % bytes.length;
    bytes[index] = (bytes[index] ?? 0) ^ flip;
    expect(() => unseal(key, 'a', parts.with(which, bytes.toString('base64url')).join('.'))).toThrow(refused);
  },
);

test.prop([fc.constantFrom(1, 2, 3), fc.nat()])('a sealed text that was cut off anywhere does not open', (which, length) => {
  const parts = seal(key, 'a', 'a secret of some length').split('.');
  const bytes = Buffer.from(parts[which] ?? '', 'base64url');
  const cut = bytes.subarray(0, length % bytes.length).toString('base64url');
  expect(() => unseal(key, 'a', parts.with(which, cut).join('.'))).toThrow(refused);
});

test.each(['', 'v1', 'v1...', 'v2.a.b.c', 'plain text'])('%j does not open', (text) => {
  expect(() => unseal(key, 'a', text)).toThrow(refused);
});

test('the fault tells the caller nothing of the secret or its place', () => {
  expect(() => unseal(key, 'source/x', 'v1.AAAA.BBBB.CCCC')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('source/x') }),
  );
});
