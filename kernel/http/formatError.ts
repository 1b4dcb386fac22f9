import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { Fault, FAULT_CODES } from '../fault.ts';

/** Codes that a client may read as they are: ours, and those of a request that is malformed. */
const PUBLIC_CODES = new Set<unknown>([
  ...Object.keys(FAULT_CODES).filter((code) => code !== 'INTERNAL'),
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
]);

/**
 * What a client sees of an error: a fault with its public text, a malformed request as it was explained, and of
 * anything else only that it happened. `observe` adds the trace id to the last kind.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const place = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  const known = knownCause(error);
  if (known !== undefined) return { message: known.message, ...place, extensions: { ...known.extensions, code: known.code } };
  if (TOO_MANY_TOKENS.test(formatted.message)) return { ...formatted, extensions: { code: 'LIMIT_EXCEEDED' } };
  if (PUBLIC_CODES.has(formatted.extensions?.['code'])) return formatted;
  return { message: 'Something went wrong inside Cadastre.', ...place, extensions: { code: 'INTERNAL' } };
}

/** The parser has no code for it. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha. \d+ tokens/;

/** The error that was thrown: graphql wraps it once for its place, and the server once more for its kind. */
export function thrownError(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null ? thrownError(error.originalError) : error;
}

interface KnownCause {
  readonly message: string;
  readonly code: unknown;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The innermost error with a code of ours; what wraps it would replace the code by that of the phase it was thrown in. */
function knownCause(error: unknown): KnownCause | undefined {
  if (error instanceof Fault) return { message: error.message, code: error.code, extensions: error.extensions };
  if (!(error instanceof GraphQLError)) return undefined;
  const inner = knownCause(error.originalError);
  if (inner !== undefined) return inner;
  const { code, ...extensions } = error.extensions;
  return typeof code === 'string' && code !== 'INTERNAL' && Object.hasOwn(FAULT_CODES, code)
    ? { message: error.message, code, extensions }
    : undefined;
}
