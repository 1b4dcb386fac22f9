import { DrizzleQueryError } from 'drizzle-orm';
import { Fault, type FaultCode } from '../fault.ts';

const UNAVAILABLE_TEXT = 'The database cannot be reached at the moment. Try again shortly.';
const DEADLINE_TEXT = 'The database took longer than it may. Ask for less, or try again shortly.';
const TEXT_TEXT = 'A text has a character that cannot be stored: U+0000.';
const FULL_TEXT = 'The database cannot write: its disk is full or over quota. Free some space, then try again.';

/** SQLSTATE classes and codes that say something about the store, or about what a caller wrote, instead of the statement. */
const BY_SQLSTATE: readonly (readonly [RegExp, FaultCode, string])[] = [
  [/^(53100|58030)$/, 'STORE_UNAVAILABLE', FULL_TEXT],
  [/^(08...|53...|57P0.|58000|25006)$/, 'STORE_UNAVAILABLE', UNAVAILABLE_TEXT],
  [/^(22021|22P05)$/, 'BAD_USER_INPUT', TEXT_TEXT],
  [/^(57014|55P03|25P03|25P04)$/, 'DEADLINE_EXCEEDED', DEADLINE_TEXT],
];

/** PostgreSQL has no code of its own for a file that may not grow (a quota), only the system's words. */
const FULL = /no space left on device|file too large|disk quota exceeded/i;
const NETWORK_CODES = /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT|EACCES)/;
const LOST =
  /connection terminated|timeout exceeded when trying to connect|not queryable|after calling end|pglite is clos|aborted\(|unreachable/i;
const SLOW = /query read timeout/i;

/** The statement may be repeated: it lost against another transaction, and nothing of it was stored. */
export const isSerializationFailure = (error: unknown): boolean =>
  chain(error).some(({ code }) => code === '40001' || code === '40P01');

/**
 * Turns an outage, a shutdown, a timeout or an impossible text that a statement met into a fault whose text callers
 * may read; all other errors stay what they are, and their text stays in the log.
 */
export function storeFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  for (const link of chain(error)) {
    const [code, text] = meaningOf(link) ?? [];
    if (code !== undefined && text !== undefined) return new Fault(code, { public: text, internal: link.message, cause: error });
  }
  return error;
}

/** drizzle wraps whatever a statement threw; a fault is handed on bare. */
export const withoutDrizzle = (error: unknown): unknown =>
  error instanceof DrizzleQueryError && error.cause instanceof Fault ? error.cause : error;

interface Link {
  readonly code: string;
  readonly message: string;
}

function meaningOf({ code, message }: Link): readonly [FaultCode, string] | undefined {
  if (FULL.test(message) && /^(XX000|53...|58...|ENOSPC|EFBIG|EDQUOT)$/.test(code)) return ['STORE_UNAVAILABLE', FULL_TEXT];
  if (/^[0-9A-Z]{5}$/.test(code)) {
    const known = BY_SQLSTATE.find(([pattern]) => pattern.test(code));
    return known === undefined ? undefined : [known[1], known[2]];
  }
  if (SLOW.test(message)) return ['DEADLINE_EXCEEDED', DEADLINE_TEXT];
  return NETWORK_CODES.test(code) || LOST.test(message) ? ['STORE_UNAVAILABLE', UNAVAILABLE_TEXT] : undefined;
}

function chain(error: unknown): readonly Link[] {
  const links: Link[] = [];
  for (let link = error; link instanceof Error && links.length < 5; link = link.cause) {
    const code = 'code' in link && typeof link.code === 'string' ? link.code : '';
    links.push({ code, message: link.message });
  }
  return links;
}
