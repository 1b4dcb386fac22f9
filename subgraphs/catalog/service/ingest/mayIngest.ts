import { Fault } from '../../../../kernel/fault.ts';
import type { Principal } from '../../../../kernel/identity/principal.ts';
import { type Decision, policyDigest } from '../../../../kernel/policy/decision.ts';

const ROLES = ['admin', 'bot'] as const;

/** A token that may only push metadata may push it, and so may admins and bots with any other. @throws Fault FORBIDDEN */
export function mayIngest({ scopes, roles }: Principal): Decision {
  const role = scopes.includes('graph') ? ROLES.find((one) => roles.includes(one)) : undefined;
  const rule = scopes.includes('ingest') ? 'scope:ingest' : role === undefined ? null : `role:${role}`;
  if (rule !== null) return { effect: 'allow', policyIds: [`${rule}:catalog.ingest`], policyDigest };
  throw new Fault('FORBIDDEN', {
    public: `Pushing lineage needs a token with the scope ingest, or one of the roles ${ROLES.join(', ')}.`,
  });
}
