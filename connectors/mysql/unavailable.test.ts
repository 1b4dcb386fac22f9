import { expect, test } from 'vitest';
import { asFault, endsConnection, scopeReason, unavailable } from './unavailable.ts';

const at = { host: 'db.example', port: 3306, user: 'crawler', connectTimeoutMs: 10_000, statementTimeoutMs: 60_000 };
const coded = (code: string, more: object = {}): Error => Object.assign(new Error('as the driver says it'), { code, ...more });

test.each([
  ['ER_ACCESS_DENIED_ERROR', 'refuses user crawler'],
  ['ER_HOST_NOT_PRIVILEGED', 'from this machine'],
  ['ER_CON_COUNT_ERROR', 'max_connections'],
  ['ER_SECURE_TRANSPORT_REQUIRED', 'demands encryption'],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'does not speak TLS'],
  ['ECONNREFUSED', 'bind_address'],
  ['ENOTFOUND', 'name server'],
  ['ETIMEDOUT', 'within 10000 ms'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'stopped answering'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ca'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
  ['ER_UNHEARD_OF', 'cannot be used'],
])('the failure %s is explained by: %s', (code, part) => {
  const fault = unavailable(coded(code), at);
  expect(fault).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: expect.stringContaining(part) });
  expect(fault.cause, 'what the driver knows goes no further').toBeUndefined();
});

test('an error of one statement leaves the connection usable, a shutdown and a lost socket do not', () => {
  expect(endsConnection(coded('ER_NO_SUCH_TABLE', { sqlState: '42S02' }))).toBe(false);
  expect(endsConnection(coded('ER_SERVER_SHUTDOWN', { sqlState: '08S01' }))).toBe(true);
  expect(endsConnection(coded('PROTOCOL_CONNECTION_LOST'))).toBe(true);
  expect(endsConnection(new TypeError('ours'))).toBe(true);
});

test('a database that takes too long names the setting to raise', () => {
  expect(scopeReason(coded('ER_STATEMENT_TIMEOUT'), at)).toContain('statementTimeoutMs is 60000');
});

test('what the server refuses for a reason of its own is passed on in its words', () => {
  expect(asFault(coded('ER_UNKNOWN_SYSTEM_VARIABLE', { sqlState: 'HY000' }), at)).toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringContaining('it says: as the driver says it'),
  });
  const ours = new TypeError('ours');
  expect(asFault(ours, at)).toBe(ours);
});
