import type { RequestContext } from '../../../kernel/context.ts';
import { Fault } from '../../../kernel/fault.ts';
import { decide, type Action } from '../../../kernel/policy/decision.ts';

/** @throws Fault FORBIDDEN_FIELD naming the policy that hides the field; the object around it stays */
export function requireField({ principal }: RequestContext, action: Action, field: string): void {
  const { effect, policyIds } = decide(principal, action);
  if (effect === 'deny') throw hiddenField(field, policyIds);
}

export const hiddenField = (field: string, policyIds: readonly string[]): Fault =>
  new Fault('FORBIDDEN_FIELD', {
    public: `${field} is hidden from you by the policy ${policyIds.join(', ')}. Ask an admin for a role that may read it.`,
  });
