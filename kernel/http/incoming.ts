import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { badInput } from '../fault.ts';
import { type Instant, instantNow, parseInstant } from '../time.ts';
import { basicToken } from './basicToken.ts';
import { requestToken } from './requestToken.ts';
import { traceIdOf } from './trace.ts';

/** What a GraphQL request over HTTP says beside its query: a RequestContext whose principal is still only a token. */
export interface Incoming extends Omit<RequestContext, 'principal' | 'policies'> {
  readonly token: string;
}

export const REQUEST_DEADLINE_MS = 30_000;

/**
 * @param takesBasic whether the token may come as name or password
 * @throws Fault UNAUTHENTICATED, FORBIDDEN or BAD_USER_INPUT
 */
export function readIncoming(
  { method, headers, body }: FastifyRequest,
  traceId: string,
  signal: AbortSignal,
  takesBasic = false,
): Incoming {
  return {
    token: (takesBasic ? basicToken(headers.authorization) : undefined) ?? requestToken(method, headers),
    asOf: readAsOf(header(headers['cadastre-as-of'])),
    readToken: readReadToken(header(headers['cadastre-read-token'])),
    trace: { traceId, ...readOperation(body) },
    correlationId: traceId,
    signal,
  };
}

export const traceIdOfRequest = ({ headers }: FastifyRequest): string => traceIdOf(header(headers['traceparent']));

/** Fires when the client has gone or the time is over. A timer of its own: `AbortSignal.any` would outlive the request. */
export function signalOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), REQUEST_DEADLINE_MS);
  raw.once('close', () => {
    clearTimeout(timer);
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** A header that was sent twice counts once. */
const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

function readAsOf(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const asOf = parseInstant(text.trim());
  if (asOf <= instantNow()) return asOf;
  throw badInput(`Cadastre-As-Of: ${asOf} is in the future. Ask for a moment that has passed.`);
}

function readReadToken(text: string | undefined): bigint | null {
  if (text === undefined) return null;
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw badInput('Cadastre-Read-Token must be the `readToken` that a mutation answered, e.g. 42.');
}

const operationBody = z.object({ query: z.string(), operationName: z.string().nullish() });

/** For the audit trail and for metrics. A body that is no operation is left to the GraphQL server to refuse. */
function readOperation(body: unknown): { operation: string | null; queryHash: string | null } {
  const { data } = operationBody.safeParse(body);
  if (data === undefined) return { operation: null, queryHash: null };
  const written = /^\s*(?:query|mutation)\s+([_A-Za-z]\w*)/.exec(data.query)?.[1];
  return {
    operation: nameOf(data.operationName ?? written),
    queryHash: `sha256:${createHash('sha256').update(data.query, 'utf8').digest('hex')}`,
  };
}

/** Goes into audit events for ever, so only what GraphQL takes for a name is taken, and no free text. */
const nameOf = (text: string | undefined): string | null =>
  text !== undefined && /^[_A-Za-z]\w{0,199}$/.test(text) ? text : null;
