import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { badInput, Fault, notFound } from '../fault.ts';
import type { Logger } from '../log.ts';
import { allowOrigin } from './cors.ts';
import { sendFault } from './faultReply.ts';
import { traceIdOfRequest } from './incoming.ts';
import type { Metrics } from './metrics.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

export const BODY_BYTES_MAX = 1024 * 1024;

/** How long a client may take to send its request: a slow sender must not hold a connection for ever. */
const REQUEST_ARRIVAL_MS = 30_000;

export interface ListenerOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly corsOrigins: readonly string[];
}

/** The one HTTP server: what every route has in common. */
export function createListener({ log, metrics, corsOrigins }: ListenerOptions): FastifyInstance {
  const listener = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_ARRIVAL_MS,
    // A keep-alive connection without a request would otherwise hold up every stop.
    forceCloseConnections: 'idle',
  });
  const origins = new Set(corsOrigins);
  listener.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS);
    allowOrigin(origins, request, reply);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    return undefined;
  });
  listener.addHook('onResponse', async (request, reply) =>
    metrics.requested(request.routeOptions.url ?? 'unknown', reply.statusCode),
  );
  listener.setNotFoundHandler((request, reply) => sendFault(reply, notFound('This address'), traceIdOfRequest(request), log));
  listener.setErrorHandler((error: FastifyError | Fault, request: FastifyRequest, reply: FastifyReply) =>
    sendFault(reply, asFault(error), traceIdOfRequest(request), log),
  );
  return listener;
}

/** fastify's own complaints about a request are the client's doing; everything else is ours. */
function asFault(error: FastifyError | Fault): unknown {
  if (error instanceof Fault || error.statusCode === undefined || error.statusCode >= 500) return error;
  if (error.statusCode === 413)
    return new Fault('LIMIT_EXCEEDED', { public: `The request body is larger than ${BODY_BYTES_MAX} bytes.` });
  return badInput(
    'The request cannot be read. Send JSON such as {"query":"{ me { roles } }"} with content-type application/json.',
    error,
  );
}
