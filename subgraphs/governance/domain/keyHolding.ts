import { refusal } from '../../../kernel/mutation/refusal.ts';
import { internalPrincipal } from '../../../kernel/identity/internal.ts';
import type { Principal as Caller } from '../../../kernel/identity/principal.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { Instant } from '../../../kernel/time.ts';
import { refuseGrant } from './granting.ts';
import type { Principal } from './principal.ts';

export interface WantedKey {
  readonly holder: Principal | null;
  readonly expiresAt: Instant | null;
}

/** A key lends all the roles of its holder, so it is given under the same rule as the roles themselves. */
export function refuseKey(caller: Caller, { holder, expiresAt }: WantedKey, now: Instant): Refusal | null {
  if (holder === null) return refusal('NOT_FOUND', 'No principal has this id. Look it up with principals.');
  if (holder.kind === 'team')
    return refusal('TEAM_HOLDS_NO_KEY', 'A team cannot act. Make the key for one of its members or for a service account.');
  if (holder.id === internalPrincipal.id) return refusal('BUILT_IN', 'Cadastre itself holds no key. Make a service account.');
  if (holder.state !== 'active')
    return refusal('HOLDER_NOT_ACTIVE', `${holder.id} is ${holder.state}: a key would open nothing. Create the user first.`);
  if (expiresAt !== null && expiresAt <= now)
    return refusal('EXPIRED', 'expiresAt has passed already. Give a later one, or none.');
  return refuseGrant(caller, holder.roles);
}
