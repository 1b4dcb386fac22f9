import { GraphQLError } from 'graphql';
import { Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import { thrownError } from './formatError.ts';

/** Logs in full what clients see only in part: bugs, and faults that have more to say inside than outside. */
export function logUnexpected(log: Logger, errors: readonly GraphQLError[] | undefined, about: object): void {
  for (const error of errors ?? []) {
    const cause = thrownError(error);
    // An error that was made for clients has nothing to hide.
    const expected =
      cause instanceof GraphQLError || (cause instanceof Fault && cause.code !== 'INTERNAL' && cause.internal === undefined);
    if (!expected) log.error({ err: cause, ...about, path: error.path?.join('.') }, 'operation failed');
  }
}
