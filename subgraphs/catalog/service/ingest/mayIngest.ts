import { type Caller, type Decision, requireAction } from '../../../../kernel/policy/decision.ts';

/** A token that may only push metadata may push it, and so may whoever a policy permits it with any other. @throws Fault FORBIDDEN */
export function mayIngest(caller: Caller): Decision {
  if (caller.principal.scopes.includes('ingest'))
    return { effect: 'allow', policyIds: ['scope.ingest'], policyDigest: caller.policies.digest };
  return requireAction(caller, 'catalog.ingest');
}
