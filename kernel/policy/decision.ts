import { digestOf, type Digest } from '../canonical.ts';
import { Fault } from '../fault.ts';
import type { Principal, Role } from '../identity/principal.ts';

/** What a principal may want to do, and the roles that may. */
const ROLE_POLICIES = {
  'catalog.read': ['admin', 'steward', 'analyst', 'bot'],
  'catalog.curate': ['admin', 'steward'],
  'catalog.crawl': ['admin', 'steward', 'bot'],
  'catalog.manageSources': ['admin'],
  'audit.read': ['admin', 'steward'],
  'identity.read': ['admin', 'steward', 'analyst', 'bot'],
  'identity.readEmail': ['admin', 'steward'],
  'identity.manage': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ROLE_POLICIES;

export interface Decision {
  readonly effect: 'allow' | 'deny';
  readonly policyIds: readonly string[];
  readonly policyDigest: Digest;
}

/** Digest of the rules in force, so that an audit event says by which rules it was decided. */
export const policyDigest: Digest = digestOf(ROLE_POLICIES);

/** Facts in, verdict out: may this principal do this at all? */
export function decide(principal: Principal, action: Action): Decision {
  const allowed: readonly Role[] = ROLE_POLICIES[action];
  const deciding = principal.scopes.includes('graph') ? principal.roles.filter((role) => allowed.includes(role)) : [];
  const policyIds = deciding.length > 0 ? deciding.map((role) => `role:${role}:${action}`) : [`role:none:${action}`];
  return { effect: deciding.length > 0 ? 'allow' : 'deny', policyIds, policyDigest };
}

/** @throws Fault FORBIDDEN that names the roles that would do. */
export function requireAction(principal: Principal, action: Action): Decision {
  const decision = decide(principal, action);
  if (decision.effect === 'allow') return decision;
  throw new Fault('FORBIDDEN', { public: `${action} needs one of the roles ${ROLE_POLICIES[action].join(', ')}.` });
}
