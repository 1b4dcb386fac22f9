import type { GraphQLError } from 'graphql';
import { Fault, type FaultCode } from '../kernel/fault.ts';
import type { SubgraphError } from './subgraph.ts';

/**
 * The form in which an error leaves a subgraph. A fault shows its public text; an error that was made for clients, with
 * a code, passes; anything else is a bug, whose text may hold what nobody should read.
 */
export function presentError(error: GraphQLError): SubgraphError {
  const { path, extensions, originalError } = error;
  if (originalError instanceof Fault) {
    return { message: originalError.message, path, extensions: { code: originalError.code } };
  }
  if (originalError == null || typeof extensions['code'] === 'string') {
    return { message: error.message, path, extensions };
  }
  return { message: 'Internal error.', path, extensions: { code: 'INTERNAL' satisfies FaultCode } };
}
