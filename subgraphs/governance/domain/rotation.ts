import { badInput } from '../../../kernel/fault.ts';
import type { Principal as Caller } from '../../../kernel/identity/principal.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import { atMs, type Instant, toMs } from '../../../kernel/time.ts';
import type { AccessKey } from './principal.ts';
import { refusal } from '../../../kernel/mutation/refusal.ts';

const OVERLAP_MAX = 30 * 86_400;

/** How long the old key goes on beside the new one. @throws Fault BAD_USER_INPUT */
export function checkOverlap(seconds: number): number {
  if (seconds >= 0 && seconds <= OVERLAP_MAX) return seconds;
  throw badInput(`overlapSeconds must be from 0 to ${OVERLAP_MAX}, e.g. 86400 for a day.`);
}

/** Only a key in force has a successor. The operator's is set where the server is started. */
export function refuseRotation({ revokedAt, expiresAt }: AccessKey, isOperators: boolean, now: Instant): Refusal | null {
  if (isOperators)
    return refusal(
      'OPERATORS_TOKEN',
      'This token is set where the server is started: change CADASTRE_ADMIN_TOKEN, or the file admin-token, and restart.',
    );
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= now))
    return refusal('KEY_NOT_IN_FORCE', 'The key is revoked or has expired. Make a new one with createAccessKey.');
  return null;
}

/**
 * What somebody may replace of their own: another key shall not become what the one in hand may not do. Who signed in themselves
 * has no such key in hand.
 */
export function refuseOwnRotation({ principalId, scopes }: AccessKey, caller: Caller): Refusal | null {
  if (principalId !== caller.id) return refusal('FORBIDDEN', 'The key is somebody else’s. It needs identity.manage.');
  const isCovered = caller.authMethod !== 'access-key' || scopes.every((scope) => caller.scopes.includes(scope));
  return isCovered
    ? null
    : refusal('SCOPE_NOT_HELD', 'The key may do what yours may not. Sign in to replace it, or ask an admin.');
}

/** A key that had an end gets a successor that lives as long as it was to live. */
export const successorExpiry = ({ recordedAt, expiresAt }: AccessKey, now: Instant): Instant | null =>
  expiresAt === null ? null : atMs(toMs(now) + toMs(expiresAt) - toMs(recordedAt));

/** The end of the old key. */
export const overlapEnd = ({ expiresAt }: AccessKey, now: Instant, seconds: number): Instant => {
  const end = atMs(toMs(now) + seconds * 1_000);
  return expiresAt !== null && expiresAt < end ? expiresAt : end;
};
