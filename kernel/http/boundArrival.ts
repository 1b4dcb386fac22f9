import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may take long, as long as it keeps coming. */
    readonly isSlow?: boolean;
  }
}

/** How long a client may take to send its request: a slow sender must not hold a connection for ever. */
const REQUEST_ARRIVAL_MS = 30_000;

/**
 * Ends connections on which a request does not arrive in time. Where bodies are large they may take any time, while no part
 * of them is waited for longer than that. Node's own bound knows no difference between requests.
 */
export function boundArrival(listener: FastifyInstance, arrivalMs = REQUEST_ARRIVAL_MS): void {
  listener.server.requestTimeout = 0;
  listener.server.headersTimeout = arrivalMs;
  listener.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.isSlow === true) boundPause(request, arrivalMs);
    else boundWhole(request, arrivalMs);
  });
}

function boundWhole({ raw }: FastifyRequest, arrivalMs: number): void {
  if (raw.readableEnded) return;
  const timer = setTimeout(() => tooSlow(raw), arrivalMs);
  for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer));
}

function boundPause({ raw }: FastifyRequest, pauseMs: number): void {
  // By the request and not its socket: Node ends a socket before anybody else hears of its timeout.
  raw.setTimeout(pauseMs, () => tooSlow(raw));
  for (const event of ['end', 'close']) raw.once(event, () => raw.removeAllListeners('timeout').socket.setTimeout(0));
}

function tooSlow({ socket }: FastifyRequest['raw']): void {
  if (socket.writable) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
  socket.destroySoon();
}
