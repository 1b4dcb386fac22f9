import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestContext } from '../context.ts';
import type { Principal } from './principal.ts';

/** Cadastre itself, for what it does unasked. A migration gives it a row, so that audit entries find their actor; it has no key. */
export const internalPrincipal: Principal = {
  id: 'svc_cadastre',
  kind: 'service',
  name: 'Cadastre',
  roles: ['admin'],
  scopes: ['graph'],
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
    asOf: null,
    readToken: null,
    trace: { traceId: randomBytes(16).toString('hex'), operation, queryHash: null },
    correlationId: randomUUID(),
    signal,
  };
}
