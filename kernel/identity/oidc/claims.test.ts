import { expect, test } from 'vitest';
import { readClaims } from './claims.ts';

const token = { iss: 'https://login.example', sub: 'ada', iat: 1_700_000_000 };
const read = (said: object, more: Record<string, unknown> = {}, groupsClaim = 'groups') =>
  readClaims({ ...token, ...said }, more, { groupsClaim });

test.each([
  [{ email: 'ada@example.com', email_verified: true }, 'ada@example.com'],
  [{ email: 'ada@example.com' }, null],
  [{ email: 'ada@example.com', email_verified: false }, null],
  [{ email: 'ada@example.com', email_verified: 'true' }, null],
  [{ email: 'ada@example.com', email_verified: 1 }, null],
  [{ email: 'no address', email_verified: true }, null],
  [{ email: 'a@b\u0000', email_verified: true }, null],
  [{ email: `${'a'.repeat(300)}@example.com`, email_verified: true }, null],
  [{ email: ['ada@example.com'], email_verified: true }, null],
])('%j verifies the address %j', (said, email) => {
  expect(read(said).email).toBe(email);
});

test('an address is verified by whoever said it, and not by another answer', () => {
  expect(read({ email_verified: true }, { email: 'eve@example.com' }).email).toBeNull();
  expect(read({ email: 'eve@example.com' }, { email: 'ada@example.com', email_verified: true }).email).toBe('ada@example.com');
});

test.each([
  [{ groups: ['b', 'a', 'b', 7, '', 'x'.repeat(301), 'a\u0000'] }, 'groups', ['a', 'b']],
  [{ groups: 'one' }, 'groups', ['one']],
  [{ groups: [] }, 'groups', []],
  [{}, 'groups', null],
  [{ groups: { a: 1 } }, 'groups', null],
  [{ _claim_names: { groups: 'src1' } }, 'groups', null],
  [{ realm_access: { roles: ['x'] } }, 'realm_access.roles', ['x']],
  [{ 'https://example.com/groups': ['x'] }, 'https://example.com/groups', ['x']],
  [{}, '__proto__.constructor', null],
])('%j says of groups by %s: %j', (said, claim, groups) => {
  expect(read(said, {}, claim).groups).toEqual(groups);
});

test.each([
  [{ name: ' Ada\n Lovelace ' }, 'Ada Lovelace'],
  [{ name: '', preferred_username: 'ada.l' }, 'ada.l'],
  [{ name: 7 }, null],
  [{}, null],
  [{ name: '\ud800x' }, '\ufffdx'],
])('%j is called %s', (said, name) => {
  expect(read(said).name).toBe(name);
});

test('a name is cut to what fits', () => {
  expect(read({ name: '😀'.repeat(500) }).name?.length).toBeLessThanOrEqual(200);
});
