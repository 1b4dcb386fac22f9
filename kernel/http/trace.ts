import { randomBytes } from 'node:crypto';

/** The trace id of a W3C `traceparent` header, or a new one where there is none to go on. */
export function traceIdOf(traceparent: string | undefined): string {
  const [, traceId = ZEROS] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '') ?? [];
  return traceId === ZEROS ? randomBytes(16).toString('hex') : traceId;
}

/** The header that makes the next server part of the same trace. */
export const traceparentOf = (traceId: string): string => `00-${traceId}-${randomBytes(8).toString('hex')}-01`;

const ZEROS = '0'.repeat(32);
