import { expect, test } from 'vitest';
import { rolesAfter } from './groupRoles.ts';

const groups = (...names: string[]) => names.map((name) => ({ name, externalId: `id of ${name}` }));
const setting = new Map([
  ['admins', 'admin'],
  ['id of stewards', 'steward'],
] as const);
const holder = { groupRoles: [], isTold: false, before: [], after: [] } as const;

test('a group brings its role, by its name or by its id at the provider', () => {
  expect(rolesAfter({ ...holder, after: groups('admins', 'stewards', 'others') }, setting, ['admin'])).toEqual([
    'admin',
    'steward',
  ]);
});

test('nobody gives by a group what they do not hold', () => {
  expect(rolesAfter({ ...holder, after: groups('admins', 'stewards') }, setting, ['steward'])).toEqual(['steward']);
  expect(rolesAfter({ ...holder, after: groups('admins', 'stewards') }, setting, [])).toEqual([]);
});

test('a role goes with the last group that brings it, whoever takes it', () => {
  const had = { ...holder, groupRoles: ['admin', 'steward'], before: groups('admins', 'stewards') } as const;
  expect(rolesAfter({ ...had, after: groups('stewards') }, setting, [])).toEqual(['steward']);
  expect(rolesAfter({ ...had, isTold: true, after: groups('admins') }, setting, [])).toEqual(['admin']);
});

test('where tokens tell the groups, SCIM brings no role and leaves those that it does not know', () => {
  const told = { ...holder, isTold: true, groupRoles: ['bot'], after: groups('admins') } as const;
  expect(rolesAfter(told, setting, ['admin'])).toEqual(['bot']);
});
