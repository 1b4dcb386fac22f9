import type { Principal, Role } from '../../../kernel/identity/principal.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';

/** Nobody gives a role that they do not hold. An admin holds them all. */
export function refuseGrant(grantor: Principal, roles: readonly Role[]): Refusal | null {
  if (grantor.roles.includes('admin')) return null;
  const missing = roles.filter((role) => !grantor.roles.includes(role));
  if (missing.length === 0) return null;
  return {
    refusal: { code: 'ROLE_NOT_HELD', message: `You cannot grant ${missing.join(', ')} without holding it. Ask an admin.` },
  };
}
