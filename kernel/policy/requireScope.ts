import { Fault } from '../fault.ts';
import type { Scope } from '../identity/principal.ts';
import type { Caller } from './decision.ts';

/** @throws Fault FORBIDDEN when the caller's token was made for something else */
export function requireScope(caller: Caller, scope: Scope, help: string): void {
  if (caller.principal.scopes.includes(scope)) return;
  const name = `scope.${scope}`;
  caller.denied?.(name, { effect: 'deny', policyIds: [name], policyDigest: caller.policies.digest });
  throw new Fault('FORBIDDEN', { public: `This token has no scope ${scope}: ${help}` });
}
