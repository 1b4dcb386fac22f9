import { expect, test } from 'vitest';
import { governanceEvents, type GovernanceTopic } from '../../../contracts/governance.ts';
import type { Recorded } from '../../../kernel/audit/record.ts';
import { parseInstant } from '../../../kernel/time.ts';
import { keyCreated, keyReinstated, keyRevoked, serviceCreated, teamCreated, userClaimed, userCreated } from './happening.ts';
import {
  identityLinked,
  keyRotated,
  membersAdded,
  membersRemoved,
  ownerSet,
  profileCompleted,
  rolesSet,
  sessionEnded,
  sessionStarted,
  teamLinked,
  teamRenamed,
  userDeactivated,
  userReactivated,
} from './identityHappening.ts';
import type { Session } from './session.ts';
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
const team: Team = { kind: 'team', id: 'tea_1', name: 'Secret team', state: 'active', roles: [], group: 'secret-group' };
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
  lastUsedAt: now,
};
const session: Session = {
  id: 'ses_1',
  principalId: 'usr_1',
  issuer: 'https://secret.example',
  providerSession: 'secret',
  expiresAt: now,
};

const ALL: readonly Recorded[] = [
  userCreated(user),
  userClaimed(stub, user),
  teamCreated(team),
  serviceCreated(account),
  keyCreated(key),
  keyRevoked(key),
  keyReinstated(key),
  keyRotated(key, { ...key, id: 'key_2' }, now),
  userDeactivated(user),
  userReactivated(user),
  profileCompleted({ ...user, email: null }, user),
  identityLinked(user, { issuer: 'https://secret.example', subject: 'secret-ada' }),
  rolesSet(user, { ...user, roles: [] }),
  ownerSet(account, { ...account, ownerId: 'usr_1' }),
  teamRenamed(team, { ...team, name: 'Other secret' }),
  teamLinked(team, { ...team, group: null }),
  membersAdded('tea_1', ['usr_1'], 'oidc'),
  membersRemoved('tea_1', ['usr_1'], 'human'),
  sessionStarted(session),
  sessionEnded(session),
];

test.each(ALL.map((one) => [one.action, one] as const))('%s keeps its contract', (action, { payload }) => {
  expect(governanceEvents[action as GovernanceTopic].parse(payload)).toEqual(payload);
});

test.each(ALL.map((one) => [one.action, one] as const))(
  '%s says names, addresses and labels only in what can be forgotten',
  (_, { detail, ...kept }) => {
    expect(JSON.stringify(kept)).not.toMatch(/secret/i);
    // Ids and roles name nobody, and may stand beside what does.
    expect(detail === null || /secret|usr_1|analyst/i.test(JSON.stringify(detail))).toBe(true);
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
