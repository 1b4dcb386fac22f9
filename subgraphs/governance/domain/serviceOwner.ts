import { refusal } from '../../../kernel/mutation/refusal.ts';
import type { Principal as Caller } from '../../../kernel/identity/principal.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { Principal } from './principal.ts';

/** Whom the caller means to answer for the account: the given one, else themselves; null when they are no human. */
export const wantedOwnerId = (caller: Caller, ownerId: string | null): string | null =>
  ownerId ?? (caller.kind === 'user' ? caller.id : null);

/** An active human answers for every service account that somebody makes. */
export function refuseOwner(owner: Principal | null): Refusal | null {
  if (owner === null) {
    return refusal(
      'OWNER_REQUIRED',
      'A human must answer for a service account, and you are none or named nobody who exists. Give the id of a user as ownerId.',
    );
  }
  if (owner.kind !== 'user') return refusal('OWNER_NOT_HUMAN', `${owner.id} is not a person. Give the id of a user as ownerId.`);
  if (owner.state !== 'active')
    return refusal('OWNER_NOT_ACTIVE', `${owner.id} has not signed in, or is deactivated. Name somebody active.`);
  return null;
}
