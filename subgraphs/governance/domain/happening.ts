import type { GovernancePayload, GovernanceTopic } from '../../../contracts/governance.ts';
import type { Recorded } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { AccessKey, Principal, ServiceAccount, Team, User } from './principal.ts';

const TYPES = { user: 'User', team: 'Team', service: 'ServiceAccount' } as const;

export const userCreated = (user: User): Recorded =>
  happening('governance.user.created.v1', aboutPrincipal(user, ['name', 'email', 'roles', 'state'], { after: personal(user) }), {
    principalId: user.id,
    roles: [...user.roles],
  });

export const userClaimed = (stub: Principal, user: User): Recorded =>
  happening(
    'governance.user.claimed.v1',
    aboutPrincipal(user, ['name', 'email', 'roles', 'state'], { before: personal(stub), after: personal(user) }),
    { principalId: user.id, roles: [...user.roles] },
  );

export const teamCreated = (team: Team): Recorded =>
  happening('governance.team.created.v1', aboutPrincipal(team, ['name'], { after: personal(team) }), { principalId: team.id });

export const serviceCreated = (account: ServiceAccount): Recorded =>
  happening(
    'governance.service.created.v1',
    aboutPrincipal(account, ['name', 'owner', 'roles'], { after: { ...personal(account), ownerId: account.ownerId } }),
    {
      principalId: account.id,
      ownerId: account.ownerId,
      roles: [...account.roles],
    },
  );

export const keyCreated = (key: AccessKey): Recorded =>
  happening('governance.key.created.v1', aboutKey(key, ['label', 'scopes', 'expiresAt'], { after: { label: key.label } }), {
    keyId: key.id,
    principalId: key.principalId,
    scopes: [...key.scopes],
    expiresAt: key.expiresAt,
  });

export const keyRevoked = (key: AccessKey): Recorded =>
  happening('governance.key.revoked.v1', aboutKey(key, ['revokedAt'], null), { keyId: key.id, principalId: key.principalId });

export const keyReinstated = (key: AccessKey): Recorded =>
  happening('governance.key.reinstated.v1', aboutKey(key, ['expiresAt', 'revokedAt'], null), {
    keyId: key.id,
    principalId: key.principalId,
  });

export type About = Omit<Recorded, 'action' | 'payload'>;

export const happening = <T extends GovernanceTopic>(action: T, about: About, payload: GovernancePayload<T>): Recorded => ({
  ...about,
  action,
  payload,
});

/** The digest leaves out what may have to be forgotten: a hash of an address is found by hashing addresses. */
export const aboutPrincipal = (principal: Principal, fields: readonly string[], detail: unknown): About => ({
  subject: {
    type: TYPES[principal.kind],
    id: principal.id,
    digest: digestOf({ id: principal.id, state: principal.state, roles: principal.roles }),
  },
  aggregateId: principal.id,
  fields,
  detail,
});

/** A key lives below its holder, so that the holder's trail tells of it. */
export const aboutKey = ({ label: _, lastUsedAt: __, ...key }: AccessKey, fields: readonly string[], detail: unknown): About => ({
  subject: { type: 'AccessKey', id: key.id, digest: digestOf(key) },
  aggregateId: key.principalId,
  fields,
  detail,
});

const personal = (principal: Principal): object =>
  principal.kind === 'user' ? { name: principal.name, email: principal.email } : { name: principal.name };
