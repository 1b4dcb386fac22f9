import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { asFault, endsConnection, scopeReason, unavailable } from './unavailable.ts';

const at = {
  host: 'db.example',
  port: 5432,
  user: 'crawler',
  database: 'shop',
  connectTimeoutMs: 10_000,
  statementTimeoutMs: 60_000,
};
const coded = (code: string, message = 'as the driver says it'): Error => Object.assign(new Error(message), { code });

test.each([
  ['28P01', 'password'],
  ['28000', 'pg_hba.conf'],
  ['3D000', 'no database shop'],
  ['42501', 'GRANT CONNECT ON DATABASE "shop" TO "crawler"'],
  ['53300', 'max_connections'],
  ['57P03', 'is starting'],
  ['ECONNREFUSED', 'listen_addresses'],
  ['ENOTFOUND', 'name server'],
  ['ETIMEDOUT', 'firewall'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ca'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'ca'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['XX999', 'cannot be used'],
])('the failure %s is explained by: %s', (code, part) => {
  const fault = unavailable(coded(code), at);
  expect(fault).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: expect.stringContaining(part) });
  expect(fault.cause, 'what the driver knows goes no further').toBeUndefined();
});

test.each([
  ['The server does not support SSL connections', 'does not speak TLS'],
  ['timeout expired', 'within 10000 ms'],
  ['Query read timeout', 'stopped answering'],
  ['Connection terminated unexpectedly', 'cut the connection'],
])('the failure without a code "%s" is explained by: %s', (text, part) => {
  expect(unavailable(new Error(text), at).message).toContain(part);
});

test('an error of one statement leaves the connection usable, a shutdown and a bug of ours do not', () => {
  const sql = (code: string) => Object.assign(new DatabaseError('', 0, 'error'), { code });
  expect(['55P03', '57014', '42501', 'XX000'].map((code) => endsConnection(sql(code)))).toEqual([false, false, false, false]);
  expect(['57P01', '08006', '53300', '25P03'].map((code) => endsConnection(sql(code)))).toEqual([true, true, true, true]);
  expect(endsConnection(new TypeError('ours'))).toBe(true);
});

test('a schema that takes too long names the setting to raise', () => {
  expect(scopeReason(coded('57014', 'canceling statement due to statement timeout'), at)).toContain(
    'statementTimeoutMs is 60000',
  );
});

test('what the server refuses for a reason of its own is passed on in its words', () => {
  const refusal = Object.assign(new DatabaseError('unsupported parameter', 0, 'error'), { code: '0A000' });
  expect(asFault(refusal, at)).toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringContaining('it says: unsupported parameter'),
  });
  const ours = new TypeError('ours');
  expect(asFault(ours, at)).toBe(ours);
});
