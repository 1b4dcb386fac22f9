import { expect, test } from 'vitest';
import { atMs, parseInstant, toMs } from '../../../kernel/time.ts';
import { meet } from './meeting.ts';
import { asTeam, refuseMembers, refuseRemoval } from './membership.ts';
import type { AccessKey, Principal, PrincipalState, Team, User } from './principal.ts';
import { checkOverlap, overlapEnd, refuseRotation, successorExpiry } from './rotation.ts';
import { deactivatable, ownable, reactivatable, roleHolder } from './standing.ts';

const user = (state: PrincipalState = 'active'): User => ({
  kind: 'user',
  id: 'usr_a',
  name: 'A',
  email: null,
  state,
  roles: [],
});
const team: Team = { kind: 'team', id: 'tea_t', name: 'T', state: 'active', roles: [], group: null };
const service: Principal = { kind: 'service', id: 'svc_s', name: 'S', state: 'active', roles: [], ownerId: 'usr_a' };
const code = (verdict: object | null): unknown =>
  verdict !== null && 'refusal' in verdict ? (verdict.refusal as { code: string }).code : null;

const now = parseInstant('2026-11-21T12:00:00Z');
const after = (seconds: number) => atMs(toMs(now) + seconds * 1_000);
const key: AccessKey = {
  id: 'key_k',
  principalId: 'usr_a',
  label: 'x',
  scopes: ['graph'],
  recordedAt: after(-3_600),
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
};

test('a team is in itself by no way', () => {
  const wanted = (id: string) => [{ id, found: { ...team, id } }];
  expect(code(refuseMembers(team, wanted('tea_t'), []))).toBe('CYCLE');
  expect(code(refuseMembers(team, wanted('tea_above'), ['tea_above']))).toBe('CYCLE');
  expect(refuseMembers(team, wanted('tea_below'), ['tea_above'])).toBeNull();
});

test('members are there and not put out; stubs may be named before they come', () => {
  const member = (found: Principal | null) => refuseMembers(team, [{ id: 'usr_a', found }], []);
  expect([member(null), member(user('deactivated')), member(user('stub')), member(service)].map(code)).toEqual([
    'NOT_FOUND',
    'MEMBER_DEACTIVATED',
    null,
    null,
  ]);
  expect(code(refuseMembers(team, [{ id: 'svc_cadastre', found: service }], []))).toBe('BUILT_IN');
  expect([asTeam(null), asTeam(service), asTeam(team)].map(code)).toEqual(['NOT_FOUND', 'NOT_A_TEAM', null]);
});

test('whom only the provider put into a team, only the provider takes out', () => {
  expect(code(refuseRemoval(new Map([['usr_a', ['oidc']]])))).toBe('FROM_PROVIDER');
  expect(refuseRemoval(new Map([['usr_a', ['human', 'oidc']]]))).toBeNull();
  expect(refuseRemoval(new Map())).toBeNull();
});

test('people are put out while another admin remains, and let in again when they were put out', () => {
  expect([deactivatable(user(), true), deactivatable(user(), false)].map(code)).toEqual([null, 'LAST_ADMIN']);
  expect([deactivatable(user('stub'), true), deactivatable(user('deactivated'), true)].map(code)).toEqual([
    'NOT_ACTIVE',
    'NOT_ACTIVE',
  ]);
  expect([deactivatable(team, true), deactivatable(service, true), deactivatable(null, true)].map(code)).toEqual([
    'NOT_A_USER',
    'NOT_A_USER',
    'NOT_FOUND',
  ]);
  expect([reactivatable(user('deactivated')), reactivatable(user()), reactivatable(null)].map(code)).toEqual([
    null,
    'NOT_DEACTIVATED',
    'NOT_FOUND',
  ]);
});

test('roles are for the active, and the last admin keeps theirs', () => {
  expect([roleHolder(user(), false), roleHolder(service, false), roleHolder(user(), true)].map(code)).toEqual([
    null,
    null,
    'LAST_ADMIN',
  ]);
  expect([roleHolder(null, false), roleHolder(team, false), roleHolder(user('stub'), false)].map(code)).toEqual([
    'NOT_FOUND',
    'TEAM_HOLDS_NO_ROLE',
    'HOLDER_NOT_ACTIVE',
  ]);
  expect(code(roleHolder({ ...service, id: 'svc_cadastre' }, false))).toBe('BUILT_IN');
});

test('a service has an owner, unless the server made it', () => {
  expect([ownable(service), ownable({ ...service, ownerId: null }), ownable(user()), ownable(null)].map(code)).toEqual([
    null,
    'BUILT_IN',
    'NOT_A_SERVICE',
    'NOT_FOUND',
  ]);
});

test('a key in force has a successor that lives as long as it was to live', () => {
  expect(refuseRotation(key, false, now)).toBeNull();
  expect(code(refuseRotation(key, true, now))).toBe('OPERATORS_TOKEN');
  expect(code(refuseRotation({ ...key, revokedAt: now }, false, now))).toBe('KEY_NOT_IN_FORCE');
  expect(code(refuseRotation({ ...key, expiresAt: now }, false, now))).toBe('KEY_NOT_IN_FORCE');
  expect(successorExpiry(key, now)).toBeNull();
  expect(successorExpiry({ ...key, expiresAt: after(60) }, now)).toBe(after(3_660));
});

test('the old key ends after the overlap, and never later than it was to', () => {
  expect(overlapEnd(key, now, 60)).toBe(after(60));
  expect(overlapEnd({ ...key, expiresAt: after(30) }, now, 60)).toBe(after(30));
  expect(overlapEnd({ ...key, expiresAt: after(90) }, now, 60)).toBe(after(60));
  expect([checkOverlap(0), checkOverlap(2_592_000)]).toEqual([0, 2_592_000]);
  for (const wrong of [-1, 2_592_001]) expect(() => checkOverlap(wrong)).toThrow('overlapSeconds');
});

test('a verified address leads to a stub or to whom an admin made, and to nobody who came before or was put out', () => {
  const kind = (holder: Principal | null, isLinked = false, named: Principal | null = null) => meet(named, holder, isLinked).kind;
  expect(kind(null)).toBe('make');
  expect(kind(user('stub'))).toBe('claim');
  expect(kind(user())).toBe('join');
  expect(kind(user('deactivated'))).toBe('refuse');
  expect(kind(user('deactivated'), true)).toBe('refuse');
  expect(meet(null, user(), true)).toEqual({ kind: 'make', keepsEmail: false });
  expect(kind(user(), false, { ...user('stub'), id: 'usr_named' })).toBe('claim');
});
