import { expect, test } from 'vitest';
import { basicToken } from './basicToken.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;

test.each([
  ['ada:secret', 'secret'],
  ['ada:with:colons', 'with:colons'],
  ['token:', 'token'],
  ['token', 'token'],
  [':secret', 'secret'],
  ['cad_live_x:ignored', 'cad_live_x'],
  ['cad_live_x:cad_live_y', 'cad_live_y'],
])('%s carries %s', (text, token) => expect(basicToken(basic(text))).toBe(token));

test.each([undefined, '', 'Bearer cad_live_x', 'Basic', 'Basic !!', basic(':'), `Basic ${'A'.repeat(3_000)}`])(
  '%j carries none',
  (header) => expect(basicToken(header)).toBeUndefined(),
);
