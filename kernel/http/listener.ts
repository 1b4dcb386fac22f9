import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { badInput, Fault, notFound } from '../fault.ts';
import type { Logger } from '../log.ts';
import { boundArrival } from './boundArrival.ts';
import { allowOrigin } from './cors.ts';
import { sendFault } from './faultReply.ts';
import { traceIdOfRequest } from './incoming.ts';
import type { Metrics } from './metrics.ts';
import { RoutePlaces } from './routePlaces.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

export const BODY_BYTES_MAX = 1024 * 1024;

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
    // A keep-alive connection without a request would otherwise hold up every stop.
    forceCloseConnections: 'idle',
  });
  boundArrival(listener);
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
  const places = new RoutePlaces();
  listener.addHook('onRoute', (route) => places.add(route));
  listener.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const there = places.at(path);
    if (there === null) return sendFault(reply, notFound('This address'), traceIdOfRequest(request), log);
    const methods = there.methods.join(', ');
    void reply.header('allow', methods);
    const fault = new Fault('METHOD_NOT_ALLOWED', { public: `${path} takes ${methods}, and not ${request.method}.` });
    return there.errorHandler === undefined
      ? sendFault(reply, fault, traceIdOfRequest(request), log)
      : there.errorHandler.call(listener, fault, request, reply);
  });
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
