import { expect, test } from 'vitest';
import { bearerToken } from './authenticate.ts';

test.each(['Bearer abc', 'bearer abc', 'BEARER abc'])('%s carries the token abc', (header) => {
  expect(bearerToken(header)).toBe('abc');
});

test.each([
  undefined,
  '',
  'abc',
  'Bearer',
  'Bearer ',
  'Basic abc',
  'Bearer a b',
  'Bearer  abc',
  'Bearer abc ',
  'Bearer ab\u00e9',
  'Bearer abc\n',
])('%j carries none, and the answer says how to send one', (header) => {
  expect(() => bearerToken(header)).toThrow(
    expect.objectContaining({ code: 'UNAUTHENTICATED', message: expect.stringContaining('Authorization: Bearer') }),
  );
});
