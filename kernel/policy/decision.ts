import { Fault } from '../fault.ts';
import { type Principal, ROLES } from '../identity/principal.ts';
import type { Action } from './actions.ts';
import type { ClassFacts } from './facts.ts';
import type { Decision, PolicySet } from './policySet.ts';

export type { Action } from './actions.ts';
export type { Decision } from './policySet.ts';

/** Somebody, and the policies that their request is decided by. */
export interface Caller {
  readonly principal: Principal;
  readonly policies: PolicySet;
  /** Takes down what a fault says no to; mutations record their refusals themselves. */
  readonly denied?: TellDenied;
}

/** @param what the action, or the scope that a token lacks */
export type TellDenied = (what: string, decision: Decision) => void;

/** Facts in, verdict out: may the caller do this at all, or, where an action is decided by asset, with an asset of these facts? */
export const decide = ({ principal, policies }: Caller, action: Action, facts: ClassFacts | null = null): Decision =>
  policies.decide(principal, action, facts);

/** @throws Fault FORBIDDEN that names the policies that decided, or the roles that would do */
export function requireAction(caller: Caller, action: Action): Decision {
  const decision = decide(caller, action);
  if (decision.effect === 'allow') return decision;
  caller.denied?.(action, decision);
  throw new Fault('FORBIDDEN', { public: denialText(caller, action, decision), extensions: authz(caller, decision) });
}

/** What a denial says to people: the policies that forbid and why, or the roles that would be permitted. */
export function denialText(caller: Caller, action: Action, { policyIds }: Decision): string {
  const forbidding = policyIds.filter((id) => caller.policies.texts.has(id));
  if (forbidding.length === 0) return `${action} needs ${neededRoles(caller, action)}.`;
  const named = forbidding.map((id) => {
    const reason = caller.policies.annotation(id, 'reason');
    return reason === null ? `\`${id}\`` : `\`${id}\` (${reason.replace(/\.$/, '')})`;
  });
  return `${action} is denied by ${forbidding.length === 1 ? 'the policy' : 'the policies'} ${named.join(', ')}.`;
}

/** For programs: `errors[].extensions.authz`. */
export const authz = ({ policies }: Caller, { policyIds, policyDigest }: Decision) => ({
  authz: { policyIds, policyDigest, reasons: policyIds.map((id) => policies.annotation(id, 'reason')) },
});

function neededRoles({ principal, policies }: Caller, action: Action): string {
  if (!principal.scopes.includes('graph')) return 'a token with the scope graph';
  const roles = ROLES.filter((role) => policies.decide({ ...principal, roles: [role] }, action).effect === 'allow');
  return roles.length === 0 ? 'a policy that permits it' : `one of the roles ${roles.join(', ')}`;
}
