import { LogError } from '../kernel/audit/log/logError.ts';
import { Fault, type FaultCode } from '../kernel/fault.ts';
import { Malformed } from './malformed.ts';
import { Refusal } from './refusal.ts';
import { EXIT_OF } from './verify/exportVerdict.ts';

/** What a shell script may rely on. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  notFound: 3,
  unauthenticated: 4,
  unavailable: 5,
  badSignature: 6,
  malformed: 7,
  bug: 70,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_FAULT: Readonly<Record<FaultCode, ExitCode>> = {
  UNAUTHENTICATED: EXIT.unauthenticated,
  FORBIDDEN: EXIT.refused,
  FORBIDDEN_FIELD: EXIT.refused,
  NOT_FOUND: EXIT.notFound,
  METHOD_NOT_ALLOWED: EXIT.usage,
  BAD_USER_INPUT: EXIT.usage,
  INVALID_CURSOR: EXIT.usage,
  LIMIT_EXCEEDED: EXIT.usage,
  AS_OF_UNSUPPORTED: EXIT.usage,
  AS_OF_NOT_SETTLED: EXIT.unavailable,
  READ_NOT_READY: EXIT.unavailable,
  CONFLICT: EXIT.refused,
  IDEMPOTENCY_MISMATCH: EXIT.usage,
  SOURCE_UNAVAILABLE: EXIT.unavailable,
  SUBGRAPH_UNAVAILABLE: EXIT.unavailable,
  STORE_UNAVAILABLE: EXIT.unavailable,
  DEADLINE_EXCEEDED: EXIT.unavailable,
  ALREADY_RUNNING: EXIT.unavailable,
  CONFIGURATION: EXIT.usage,
  INTERNAL: EXIT.bug,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Malformed) return EXIT.malformed;
  if (error instanceof Refusal) return error.code === 'NOT_FOUND' ? EXIT.notFound : EXIT.refused;
  if (error instanceof LogError) return EXIT_OF[error.code];
  return error instanceof Fault ? BY_FAULT[error.code] : EXIT.bug;
}
