import { Fault } from '../fault.ts';
import { authz, type Action, type Caller, decide } from './decision.ts';
import type { ClassFacts } from './facts.ts';
import type { Decision } from './policySet.ts';

/** @throws Fault FORBIDDEN_FIELD naming the policy that hides the field; the object around it stays */
export function requireField(caller: Caller, action: Action, field: string, facts: ClassFacts | null = null): void {
  const decision = decide(caller, action, facts);
  if (decision.effect === 'allow') return;
  caller.denied?.(action, decision);
  throw hiddenField(caller, field, decision);
}

export const hiddenField = (caller: Caller, field: string, decision: Decision): Fault =>
  new Fault('FORBIDDEN_FIELD', {
    public: `${field} is hidden from you by the policy ${decision.policyIds.join(', ')}. Ask an admin for a right to read it.`,
    extensions: authz(caller, decision),
  });
