import type { Recorded } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import { atMs, type Instant, toMs } from '../../../kernel/time.ts';
import type { Principal, User } from './principal.ts';
import { refusal } from '../../../kernel/mutation/refusal.ts';

/** What a person is called who asked to be forgotten. */
export const ERASED_NAME = 'Erased';

const DAY_MS = 86_400_000;

export const NOBODY = refusal('NOT_FOUND', 'No person has this id. Look it up with principals(filter: { kinds: [USER] }).');

/** Who can be erased. @param adminRemains whether somebody else gets in as an admin afterwards */
export function refuseErasure(principal: Principal | null, adminRemains: boolean): Refusal | null {
  if (principal === null) return NOBODY;
  if (principal.kind !== 'user') return refusal('NOT_A_PERSON', 'Teams and services have no personal data to erase.');
  if (adminRemains) return null;
  return refusal('LAST_ADMIN', 'Nobody else would get in as an admin. Let another admin sign in first, or make them a key.');
}

/** Details younger than the time of retention stay. */
export function refusePruning(before: Instant, now: Instant, retentionDays: number): Refusal | null {
  const latest = atMs(toMs(now) - retentionDays * DAY_MS);
  if (before <= latest) return null;
  return refusal('RETENTION', `Details are kept for ${retentionDays} days: \`before\` is at latest ${latest}.`);
}

/** Says who and how much, and nothing of what was forgotten. The reason is a detail, so that it can be forgotten, too. */
export const personErased = (
  user: User,
  counts: { readonly details: number; readonly kept: number; readonly keys: number },
  reason: string,
): Recorded => ({
  action: 'governance.person.erased.v1',
  subject: { type: 'User', id: user.id, digest: digestOf({ id: user.id, state: 'deactivated', roles: [] }) },
  aggregateId: user.id,
  fields: ['name', 'email', 'roles', 'state', 'accessKeys', 'details'],
  detail: { reason, ...counts },
  payload: { principalId: user.id },
});

export const detailsPruned = (before: Instant, count: number): Recorded => ({
  action: 'governance.details.pruned.v1',
  subject: { type: 'AuditLog', id: 'audit-log', digest: null },
  aggregateId: 'audit-log',
  fields: ['detail'],
  detail: { before, count },
  payload: { before, count },
});
