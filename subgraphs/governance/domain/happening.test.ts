import { expect, test } from 'vitest';
import { governanceEvents, type GovernanceTopic } from '../../../contracts/governance.ts';
import type { Recorded } from '../../../kernel/audit/record.ts';
import { parseInstant } from '../../../kernel/time.ts';
import { keyCreated, keyReinstated, keyRevoked, serviceCreated, teamCreated, userClaimed, userCreated } from './happening.ts';
import type { AccessKey, ServiceAccount, Team, User } from './principal.ts';

const user: User = {
  kind: 'user',
  id: 'usr_1',
  name: 'Secret Ada',
  email: 'secret@example.com',
  state: 'active',
  roles: ['analyst'],
};
const stub: User = { ...user, name: 'secret@example.com', state: 'stub', roles: [] };
const team: Team = { kind: 'team', id: 'tea_1', name: 'Secret team', state: 'active', roles: [] };
const account: ServiceAccount = {
  kind: 'service',
  id: 'svc_1',
  name: 'Secret bot',
  state: 'active',
  roles: ['bot'],
  ownerId: 'usr_1',
};
const now = parseInstant('2026-11-21T12:00:00Z');
const key: AccessKey = {
  id: 'key_1',
  principalId: 'svc_1',
  label: 'Secret laptop',
  scopes: ['graph'],
  recordedAt: now,
  expiresAt: now,
  revokedAt: null,
};

const ALL: readonly Recorded[] = [
  userCreated(user),
  userClaimed(stub, user),
  teamCreated(team),
  serviceCreated(account),
  keyCreated(key),
  keyRevoked(key),
  keyReinstated(key),
];

test.each(ALL.map((one) => [one.action, one] as const))('%s keeps its contract', (action, { payload }) => {
  expect(governanceEvents[action as GovernanceTopic].parse(payload)).toEqual(payload);
});

test.each(ALL.map((one) => [one.action, one] as const))(
  '%s says names, addresses and labels only in what can be forgotten',
  (_, { detail, ...kept }) => {
    expect(JSON.stringify(kept)).not.toMatch(/secret/i);
    expect(detail === null || /secret/i.test(JSON.stringify(detail))).toBe(true);
  },
);

test('the digest of a person does not give their name or address away to those who guess', () => {
  expect(userCreated({ ...user, name: 'Guess', email: 'guess@example.com' }).subject.digest).toBe(
    userCreated(user).subject.digest,
  );
  expect(userCreated({ ...user, roles: ['admin'] }).subject.digest).not.toBe(userCreated(user).subject.digest);
});

test('a key belongs to the line of its holder', () => {
  expect(keyCreated(key)).toMatchObject({ subject: { type: 'AccessKey', id: 'key_1' }, aggregateId: 'svc_1' });
});
