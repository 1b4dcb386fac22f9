import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RequestContext } from '../context.ts';
import { badInput, Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import { sendPlainFault } from './faultReply.ts';
import { type Incoming, readIncoming, signalOf, traceIdOfRequest } from './incoming.ts';
import type { Route } from './route.ts';

export interface MountOptions {
  /** Finds out who asks. */
  readonly contextOf: (incoming: Incoming) => Promise<RequestContext>;
  readonly log: Logger;
}

/** Serves the routes of subgraphs. Who asks is settled before the body is read, so that strangers cannot send megabytes. */
export function mountRoutes(
  listener: FastifyInstance,
  subgraphs: readonly { readonly routes?: readonly Route[] }[],
  options: MountOptions,
): void {
  for (const { routes = [] } of subgraphs) for (const route of routes) mount(listener, route, options);
}

function mount(listener: FastifyInstance, route: Route, { contextOf, log }: MountOptions): void {
  const contexts = new WeakMap<FastifyRequest, RequestContext>();
  listener.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax,
    onRequest: async (request, reply) => {
      contexts.set(request, await contextOf(readIncoming(request, traceIdOfRequest(request), signalOf(reply))));
    },
    preParsing: async (request, _reply, payload) => unzipped(request, payload, route),
    errorHandler: (error, request, reply) => sendPlainFault(reply, asFault(error, route), traceIdOfRequest(request), log),
    handler: async (request, reply) => answer(reply, route, contexts.get(request), request.body),
  });
}

async function answer(
  reply: FastifyReply,
  route: Route,
  context: RequestContext | undefined,
  body: unknown,
): Promise<FastifyReply> {
  if (context === undefined) throw new Fault('INTERNAL', { public: 'The request has no context.' });
  const { status, body: sent } = await route.handle({ context, body });
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(sent));
}

/** Clients may send gzip. fastify counts what comes out against the limit of the body, so a small bomb stays small. */
function unzipped(request: FastifyRequest, payload: Readable, { bodyBytesMax }: Route): Readable {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return payload;
  if (encoding !== 'gzip') throw badInput('Send the body as it is, or with content-encoding: gzip.');
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) throw tooLarge(bodyBytesMax);
  // The length that was announced is that of the zipped body, which is not what is parsed.
  delete request.headers['content-length'];
  const gunzip = createGunzip();
  payload.once('error', (error) => gunzip.destroy(error));
  return payload.pipe(gunzip);
}

function asFault(error: FastifyError | Fault, { bodyBytesMax }: Route): unknown {
  if (error instanceof Fault) return error;
  if (error.statusCode === 413) return tooLarge(bodyBytesMax);
  const isUnreadable = error.code.startsWith('Z_') || error.code.startsWith('ERR_ZLIB');
  if (!isUnreadable && (error.statusCode === undefined || error.statusCode >= 500)) return error;
  return badInput('The request body cannot be read. Send JSON with content-type: application/json.', error);
}

const tooLarge = (bytesMax: number): Fault =>
  new Fault('LIMIT_EXCEEDED', { public: `The request body is larger than ${bytesMax} bytes. Send fewer events at once.` });
