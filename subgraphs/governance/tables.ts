import { pgSchema, text } from 'drizzle-orm/pg-core';
import { bigintText, instant } from '../../kernel/db/columns.ts';
import type { Digest } from '../../kernel/canonical.ts';
import type { PrincipalKind, Role, Scope } from '../../kernel/identity/principal.ts';
import type { MembershipOrigin, PrincipalState } from './domain/principal.ts';

// The kernel's tables that governance shows; only the columns that it reads.
const kernel = pgSchema('kernel');

export const principal = kernel.table('principal', {
  id: text().primaryKey(),
  kind: text().$type<PrincipalKind>().notNull(),
  name: text().notNull(),
  email: text(),
  ownerId: text('owner_id'),
  roles: text().array().$type<readonly Role[]>().notNull(),
  groupRoles: text('group_roles').array().$type<readonly Role[]>().notNull(),
  state: text().$type<PrincipalState>().notNull(),
  externalNamespace: text('external_namespace'),
  externalName: text('external_name'),
});

export const externalIdentity = kernel.table('external_identity', {
  issuer: text().notNull(),
  subject: text().notNull(),
  principalId: text('principal_id').notNull(),
  groupsAt: instant('groups_at'),
});

export const membership = kernel.table('membership', {
  teamId: text('team_id').notNull(),
  memberId: text('member_id').notNull(),
  origin: text().$type<MembershipOrigin>().notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const accessKey = kernel.table('access_key', {
  id: text().primaryKey(),
  principalId: text('principal_id').notNull(),
  label: text().notNull(),
  scopes: text().array().$type<readonly Scope[]>().notNull(),
  recordedAt: instant('recorded_at').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  lastUsedAt: instant('last_used_at'),
});

export const auditEvent = kernel.table('audit_event', {
  seq: bigintText().primaryKey(),
  id: text().notNull(),
  recordedAt: instant('recorded_at').notNull(),
  action: text().notNull(),
  actorId: text('actor_id').notNull(),
  subjectId: text('subject_id').notNull(),
  aggregateId: text('aggregate_id').notNull(),
  outcome: text().notNull(),
  correlationId: text('correlation_id').notNull(),
  digest: text().$type<Digest>().notNull(),
  body: text().notNull(),
});

export const auditDetail = kernel.table('audit_detail', {
  eventId: text('event_id').primaryKey(),
  body: text().notNull(),
});
