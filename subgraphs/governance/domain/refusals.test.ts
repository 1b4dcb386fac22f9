import { expect, test } from 'vitest';
import { internalPrincipal } from '../../../kernel/identity/internal.ts';
import type { Principal as Caller, Role } from '../../../kernel/identity/principal.ts';
import { builtInPolicies } from '../../../kernel/policy/inForce.ts';
import { parseInstant } from '../../../kernel/time.ts';
import { refuseClaim } from './claiming.ts';
import { mayReadEmail } from './emailReading.ts';
import { refuseGrant } from './granting.ts';
import { refuseKey } from './keyHolding.ts';
import type { AccessKey, PrincipalState, ServiceAccount, Team, User } from './principal.ts';
import { refuseRevocation } from './revoking.ts';
import { refuseOwner, wantedOwnerId } from './serviceOwner.ts';

const caller = (roles: readonly Role[], kind: Caller['kind'] = 'user'): Caller => ({
  id: 'usr_caller',
  kind,
  name: 'Caller',
  roles,
  scopes: ['graph'],
  teams: [],
  onBehalfOf: null,
  authMethod: 'access-key',
});
const user = (state: PrincipalState = 'active', roles: readonly Role[] = []): User => ({
  kind: 'user',
  id: 'usr_ada',
  name: 'Ada',
  email: 'ada@example.com',
  state,
  roles,
});
const team: Team = { kind: 'team', id: 'tea_x', name: 'X', state: 'active', roles: [], group: null };
const service: ServiceAccount = { kind: 'service', id: 'svc_x', name: 'X', state: 'active', roles: ['bot'], ownerId: 'usr_ada' };
const now = parseInstant('2026-11-21T12:00:00Z');
const code = (refused: { readonly refusal: { readonly code: string } } | null) => refused?.refusal.code ?? null;

test('nobody grants a role that they do not hold, unless they are an admin', () => {
  expect(code(refuseGrant(caller(['steward']), ['steward', 'admin']))).toBe('ROLE_NOT_HELD');
  expect(refuseGrant(caller(['steward']), ['admin'])?.refusal.message).toContain('admin');
  expect(refuseGrant(caller(['steward', 'bot']), ['steward'])).toBeNull();
  expect(refuseGrant(caller([]), [])).toBeNull();
  expect(refuseGrant(caller(['admin']), ['admin', 'steward', 'analyst', 'bot'])).toBeNull();
});

test('only the stub of a person is claimed', () => {
  expect(refuseClaim(user('stub'))).toBeNull();
  expect(code(refuseClaim(user('active')))).toBe('EMAIL_TAKEN');
  expect(code(refuseClaim(user('deactivated')))).toBe('EMAIL_TAKEN');
  expect(code(refuseClaim({ ...team, state: 'stub' }))).toBe('EMAIL_TAKEN');
});

test('a human answers for what they make; whoever else makes it must name one', () => {
  expect(wantedOwnerId(caller(['admin']), null)).toBe('usr_caller');
  expect(wantedOwnerId(caller(['admin']), 'usr_ada')).toBe('usr_ada');
  expect(wantedOwnerId(caller(['admin'], 'service'), null)).toBeNull();
});

test('only an active human answers for a service', () => {
  expect(refuseOwner(user())).toBeNull();
  expect(code(refuseOwner(null))).toBe('OWNER_REQUIRED');
  expect(code(refuseOwner(team))).toBe('OWNER_NOT_HUMAN');
  expect(code(refuseOwner(service))).toBe('OWNER_NOT_HUMAN');
  expect(code(refuseOwner(user('stub')))).toBe('OWNER_NOT_ACTIVE');
  expect(code(refuseOwner(user('deactivated')))).toBe('OWNER_NOT_ACTIVE');
});

test('a key is for the active who can act, and ends in the future', () => {
  const refusal = (holder: Parameters<typeof refuseKey>[1]['holder'], expiresAt: string | null = null) =>
    code(refuseKey(caller(['admin']), { holder, expiresAt: expiresAt === null ? null : parseInstant(expiresAt) }, now));
  expect(refusal(user())).toBeNull();
  expect(refusal(service, '2026-11-21T12:00:00.000001Z')).toBeNull();
  expect(refusal(null)).toBe('NOT_FOUND');
  expect(refusal(team)).toBe('TEAM_HOLDS_NO_KEY');
  expect(refusal({ ...service, id: internalPrincipal.id })).toBe('BUILT_IN');
  expect(refusal(user('stub'))).toBe('HOLDER_NOT_ACTIVE');
  expect(refusal({ ...service, state: 'deactivated' })).toBe('HOLDER_NOT_ACTIVE');
  expect(refusal(user(), '2026-11-21T12:00:00Z')).toBe('EXPIRED');
});

test('a key lends the roles of its holder, so nobody makes one for somebody above them', () => {
  expect(code(refuseKey(caller(['steward']), { holder: user('active', ['admin']), expiresAt: null }, now))).toBe('ROLE_NOT_HELD');
  expect(refuseKey(caller(['steward']), { holder: user('active', ['steward']), expiresAt: null }, now)).toBeNull();
});

test('the last key of an admin stays, all others may go', () => {
  const key: AccessKey = {
    id: 'key_a',
    principalId: 'usr_ada',
    label: 'x',
    scopes: ['graph'],
    recordedAt: now,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  };
  expect(code(refuseRevocation(key, ['key_a']))).toBe('LAST_ADMIN');
  expect(refuseRevocation(key, ['key_a', 'key_b'])).toBeNull();
  expect(refuseRevocation(key, ['key_b'])).toBeNull();
  expect(refuseRevocation(key, [])).toBeNull();
});

test('an address is for its owner, for stewards and for admins', () => {
  expect(mayReadEmail({ principal: caller([]), policies: builtInPolicies() }, 'usr_caller')).toBe(true);
  expect(mayReadEmail({ principal: caller(['steward']), policies: builtInPolicies() }, 'usr_ada')).toBe(true);
  expect(mayReadEmail({ principal: caller(['admin']), policies: builtInPolicies() }, 'usr_ada')).toBe(true);
  expect(mayReadEmail({ principal: caller(['analyst', 'bot']), policies: builtInPolicies() }, 'usr_ada')).toBe(false);
});
