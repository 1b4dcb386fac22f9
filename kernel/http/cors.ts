import type { FastifyReply, FastifyRequest } from 'fastify';

const ALLOWED_HEADERS = 'authorization, content-type, cadastre-as-of, cadastre-read-token, traceparent, apollo-require-preflight';
const EXPOSED_HEADERS = 'cadastre-as-of';

/** Lets pages of the listed origins read answers. Credentials are never allowed: the session cookie is for pages of this server. */
export function allowOrigin(origins: ReadonlySet<string>, request: FastifyRequest, reply: FastifyReply): void {
  if (origins.size === 0) return;
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.has(origin)) return;
  void reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED_HEADERS);
  // The allow-list speaks louder than the default of the security headers.
  void reply.header('cross-origin-resource-policy', 'cross-origin');
  if (request.method !== 'OPTIONS') return;
  void reply.headers({
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': '600',
  });
}
