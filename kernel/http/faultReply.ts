import type { FastifyReply } from 'fastify';
import { Fault, type FaultCode } from '../fault.ts';
import type { Logger } from '../log.ts';
import type { FaultReply } from './route.ts';

const STATUS: { readonly [C in FaultCode]?: number } = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BAD_USER_INPUT: 400,
  LIMIT_EXCEEDED: 413,
  AS_OF_UNSUPPORTED: 400,
  AS_OF_NOT_SETTLED: 400,
  READ_NOT_READY: 503,
  CONFLICT: 409,
  SOURCE_UNAVAILABLE: 502,
  SUBGRAPH_UNAVAILABLE: 502,
  STORE_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** Answers an error that came before GraphQL, in the form of a GraphQL error, so that clients read one form. */
export function sendFault(reply: FastifyReply, error: unknown, traceId: string, log: Logger): FastifyReply {
  const fault = prepare(reply, error, traceId, log);
  return reply.send(JSON.stringify({ errors: [{ message: fault.message, extensions: { code: fault.code, traceId } }] }));
}

/** Answers an error of a route that is not GraphQL. `path` is there when one value of the body is wrong. */
export function sendPlainFault(reply: FastifyReply, error: unknown, traceId: string, log: Logger): FastifyReply {
  const { code, message } = prepare(reply, error, traceId, log);
  return reply.send(JSON.stringify({ code, message, path: null }));
}

/** Answers an error in the form that a protocol has for it. */
export function sendFormedFault(
  reply: FastifyReply,
  error: unknown,
  form: FaultReply,
  { traceId, log }: { readonly traceId: string; readonly log: Logger },
): FastifyReply {
  const fault = prepare(reply, error, traceId, log);
  const { status, body, type = 'application/json; charset=utf-8' } = form(fault, reply.statusCode);
  return reply.code(status).type(type).send(JSON.stringify(body));
}

function prepare(reply: FastifyReply, error: unknown, traceId: string, log: Logger): Fault {
  const fault = error instanceof Fault ? error : internalFault(traceId, error);
  if (fault.code === 'INTERNAL' || fault.internal !== undefined) log.error({ err: fault, traceId }, 'request failed');
  if (fault.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
  void reply
    .code(STATUS[fault.code] ?? 500)
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store');
  return fault;
}

export const internalText = (traceId: string): string =>
  `Something went wrong inside Cadastre. The server's log says what, under the trace id ${traceId}.`;

const internalFault = (traceId: string, cause: unknown): Fault => new Fault('INTERNAL', { public: internalText(traceId), cause });
