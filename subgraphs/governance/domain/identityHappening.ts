import type { Recorded } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { Instant } from '../../../kernel/time.ts';
import { type About, aboutKey, aboutPrincipal, happening } from './happening.ts';
import type { AccessKey, MembershipOrigin, Principal, ServiceAccount, Team, User } from './principal.ts';
import type { Session } from './session.ts';

const principalId = ({ id }: Principal) => ({ principalId: id });

export const userDeactivated = (user: Principal): Recorded =>
  happening('governance.user.deactivated.v1', aboutPrincipal(user, ['state'], null), principalId(user));

export const userReactivated = (user: Principal): Recorded =>
  happening('governance.user.reactivated.v1', aboutPrincipal(user, ['state'], null), principalId(user));

export const rolesSet = (before: Principal, after: Principal): Recorded =>
  happening('governance.roles.set.v1', aboutPrincipal(after, ['roles'], { before: before.roles, after: after.roles }), {
    principalId: after.id,
    roles: [...after.roles],
  });

export const ownerSet = (before: ServiceAccount, after: ServiceAccount & { readonly ownerId: string }): Recorded =>
  happening('governance.owner.set.v1', aboutPrincipal(after, ['owner'], { before: before.ownerId, after: after.ownerId }), {
    principalId: after.id,
    ownerId: after.ownerId,
  });

export const profileCompleted = (before: User, after: User): Recorded =>
  happening(
    'governance.profile.completed.v1',
    aboutPrincipal(after, ['name', 'email'], {
      before: { name: before.name, email: before.email },
      after: { name: after.name, email: after.email },
    }),
    principalId(after),
  );

/** Subjects are often addresses or user names, so they stand apart. */
export const identityLinked = (user: Principal, subject: { readonly issuer: string; readonly subject: string }): Recorded =>
  happening('governance.identity.linked.v1', aboutPrincipal(user, ['identity'], { after: { ...subject } }), principalId(user));

export const teamRenamed = (before: Team, after: Team): Recorded =>
  happening(
    'governance.team.renamed.v1',
    aboutPrincipal(after, ['name'], { before: before.name, after: after.name }),
    principalId(after),
  );

export const teamLinked = (before: Team, after: Team): Recorded =>
  happening(
    'governance.team.linked.v1',
    aboutPrincipal(after, ['group'], { before: before.group, after: after.group }),
    principalId(after),
  );

export const membersAdded = (teamId: string, memberIds: readonly string[], origin: MembershipOrigin): Recorded =>
  happening('governance.members.added.v1', aboutMembers(teamId, memberIds, origin), {
    teamId,
    memberIds: [...memberIds],
    origin,
  });

export const membersRemoved = (teamId: string, memberIds: readonly string[], origin: MembershipOrigin): Recorded =>
  happening('governance.members.removed.v1', aboutMembers(teamId, memberIds, origin), {
    teamId,
    memberIds: [...memberIds],
    origin,
  });

export const keyRotated = (old: AccessKey, successor: AccessKey, endsAt: Instant): Recorded =>
  happening('governance.key.rotated.v1', aboutKey({ ...old, expiresAt: endsAt }, ['expiresAt'], null), {
    keyId: old.id,
    principalId: old.principalId,
    newKeyId: successor.id,
    expiresAt: endsAt,
  });

export const sessionStarted = (session: Session): Recorded =>
  happening('governance.session.started.v1', aboutSession(session, ['expiresAt']), {
    sessionId: session.id,
    principalId: session.principalId,
    expiresAt: session.expiresAt,
  });

export const sessionEnded = (session: Pick<Session, 'id' | 'principalId'>): Recorded =>
  happening('governance.session.ended.v1', aboutSession(session, ['revokedAt']), {
    sessionId: session.id,
    principalId: session.principalId,
  });

const aboutMembers = (teamId: string, memberIds: readonly string[], origin: MembershipOrigin): About => ({
  subject: { type: 'Team', id: teamId, digest: digestOf({ id: teamId, memberIds: [...memberIds] }) },
  aggregateId: teamId,
  fields: ['members'],
  detail: { memberIds: [...memberIds], origin },
});

/** A session lives below whoever it is of, so that their trail tells of it. */
const aboutSession = ({ id, principalId: holder }: Pick<Session, 'id' | 'principalId'>, fields: readonly string[]): About => ({
  subject: { type: 'Session', id, digest: digestOf({ id, principalId: holder }) },
  aggregateId: holder,
  fields,
  detail: null,
});
