import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { isSerializationFailure, storeFault, withoutDrizzle } from './storeFault.ts';

const failed = (message: string, code?: string): Error => Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  ['STORE_UNAVAILABLE', failed('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED')],
  ['STORE_UNAVAILABLE', failed('Connection terminated unexpectedly')],
  ['STORE_UNAVAILABLE', failed('timeout exceeded when trying to connect')],
  ['STORE_UNAVAILABLE', failed('terminating connection due to administrator command', '57P01')],
  ['STORE_UNAVAILABLE', failed('sorry, too many clients already', '53300')],
  ['STORE_UNAVAILABLE', failed('cannot execute INSERT in a read-only transaction', '25006')],
  ['STORE_UNAVAILABLE', failed('could not extend file "base/5/1": No space left on device', '53100')],
  ['STORE_UNAVAILABLE', failed('could not extend file "base/5/1": File too large', 'XX000')],
  ['BAD_USER_INPUT', failed('invalid byte sequence for encoding "UTF8": 0x00', '22021')],
  ['BAD_USER_INPUT', failed('unsupported Unicode escape sequence', '22P05')],
  ['DEADLINE_EXCEEDED', failed('canceling statement due to statement timeout', '57014')],
  ['DEADLINE_EXCEEDED', failed('Query read timeout')],
])('%s comes from %s, and the text of the error stays inside', (code, error) => {
  const fault = storeFault(error);
  expect(fault).toMatchObject({ code, internal: error.message, cause: error });
  expect(String(fault)).not.toContain(error.message);
});

test.each([
  failed('duplicate key', '23505'),
  failed('File too large', 'P0001'),
  failed('cache lookup failed', 'XX000'),
  'a text',
])('an error that says nothing about the store (%s) stays what it is', (error) => expect(storeFault(error)).toBe(error));

test('a disk that is full is told apart from a server that is away', () => {
  expect(String(storeFault(failed('could not write: No space left on device', '53100')))).toContain('disk is full');
});

test('a fault stays what it is, and drizzle is taken off it', () => {
  const fault = new Fault('NOT_FOUND', { public: 'gone' });
  expect(storeFault(fault)).toBe(fault);
  expect(withoutDrizzle(new DrizzleQueryError('select 1', [], fault))).toBe(fault);
});

test('a lost conflict is seen through the error of drizzle', () => {
  expect(isSerializationFailure(new DrizzleQueryError('update', [], failed('deadlock detected', '40P01')))).toBe(true);
  expect(isSerializationFailure(failed('duplicate key', '23505'))).toBe(false);
});
