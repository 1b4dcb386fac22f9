/**
 * The closed list of fault codes. Expected refusals are data in the schema; a fault is bad input, a missing
 * authentication, an outage or a bug, and reaches the client in `errors[].extensions.code`.
 */
export const FAULT_CODES = {
  UNAUTHENTICATED: 'No valid bearer token came with the request. Send `Authorization: Bearer <token>`.',
  FORBIDDEN: 'The caller may not do this. The message names the role that is missing.',
  FORBIDDEN_FIELD: 'The caller may see the object but not this field.',
  NOT_FOUND: 'Nothing with this id or name exists, or the caller may not see it.',
  METHOD_NOT_ALLOWED: 'The address takes another HTTP method. The message and the header `Allow` name those it takes.',
  BAD_USER_INPUT: 'An argument is malformed. The message says which one and what a right value looks like.',
  INVALID_CURSOR: 'The cursor is malformed, or belongs to another query. Start again without `after`.',
  LIMIT_EXCEEDED: 'A bound was crossed: page size, depth, aliases, tokens or body size. The message names the bound.',
  AS_OF_UNSUPPORTED: 'This field cannot answer for an earlier time. Leave the `Cadastre-As-Of` header out.',
  AS_OF_NOT_SETTLED: 'The asked time is not settled yet. Ask for an earlier one, or try again shortly.',
  READ_NOT_READY: 'The read token is ahead of this replica. Try again shortly.',
  CONFLICT: 'Somebody else changed the object in between. Read it again and repeat.',
  IDEMPOTENCY_MISMATCH: 'The idempotency key was used before with another input. Use a new key.',
  SOURCE_UNAVAILABLE:
    'The crawled source, or the identity provider, cannot be reached or refuses the connection. The message says which and why.',
  SUBGRAPH_UNAVAILABLE: 'One subgraph did not answer; the rest of the response is complete.',
  STORE_UNAVAILABLE: 'The database cannot be reached. Try again shortly.',
  DEADLINE_EXCEEDED: 'The request took longer than it may. Ask for less, or raise the deadline.',
  ALREADY_RUNNING: 'Another process holds what this one needs. The message names it.',
  CONFIGURATION: 'A setting is missing or wrong. The message names the variable and shows a right value.',
  INTERNAL: 'A bug. The message carries a trace id that the log explains.',
} as const;

export type FaultCode = keyof typeof FAULT_CODES;

export interface FaultTexts {
  /** What the caller may read: what was wrong and what to do. Never internals. */
  readonly public: string;
  /** What only the log says. */
  readonly internal?: string;
  readonly cause?: unknown;
  /** For programs, beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An error with a code, a text for the caller and a text for the log. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly internal: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: FaultCode, texts: FaultTexts) {
    super(texts.public, texts.cause === undefined ? undefined : { cause: texts.cause });
    this.name = 'Fault';
    this.code = code;
    this.internal = texts.internal;
    this.extensions = texts.extensions ?? {};
  }
}

export const badInput = (text: string, cause?: unknown): Fault =>
  new Fault('BAD_USER_INPUT', cause === undefined ? { public: text } : { public: text, cause });

export const notFound = (what: string): Fault => new Fault('NOT_FOUND', { public: `${what} was not found.` });
