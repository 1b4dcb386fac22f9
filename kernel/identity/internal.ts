import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestContext } from '../context.ts';
import { builtInPolicies } from '../policy/inForce.ts';
import { INTERNAL_ID, type Principal } from './principal.ts';

/** Cadastre itself, for what it does unasked. A migration gives it a row, so that audit entries find their actor; it has no key. */
export const internalPrincipal: Principal = {
  id: INTERNAL_ID,
  kind: 'service',
  name: 'Cadastre',
  roles: ['admin'],
  scopes: ['graph'],
  teams: [],
  onBehalfOf: null,
  authMethod: 'internal',
};

/**
 * A request of Cadastre to itself.
 * @param operation what it does, for the audit trail, e.g. `ensureAdmin`
 */
export function internalRequest(operation: string, signal: AbortSignal = new AbortController().signal): RequestContext {
  return {
    principal: internalPrincipal,
    policies: builtInPolicies(),
    asOf: null,
    readToken: null,
    trace: { traceId: randomBytes(16).toString('hex'), operation, queryHash: null },
    correlationId: randomUUID(),
    signal,
  };
}
