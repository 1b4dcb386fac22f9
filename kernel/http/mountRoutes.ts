import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RequestContext } from '../context.ts';
import { badInput, Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import { sendFormedFault, sendPlainFault } from './faultReply.ts';
import { type Incoming, readIncoming, signalOf, traceIdOfRequest } from './incoming.ts';
import type { PublicRoute, Route, RouteCall, RouteReply } from './route.ts';

export interface MountOptions {
  /** Finds out who asks. */
  readonly contextOf: (incoming: Incoming) => Promise<RequestContext>;
  readonly log: Logger;
}

/** Serves the routes of subgraphs. Who asks is settled before the body is read, so that strangers cannot send megabytes. */
export function mountRoutes(
  listener: FastifyInstance,
  subgraphs: readonly { readonly routes?: readonly (Route | PublicRoute)[] }[],
  options: MountOptions,
): void {
  for (const { routes = [] } of subgraphs)
    for (const route of routes)
      if (route.takesBytes === true) mountBytes(listener, route, options);
      else if (route.takesForm === true) mountForm(listener, route, options);
      else mount(listener, route, options);
}

/** In a room of its own, where bodies are left as they come. */
function mountBytes(listener: FastifyInstance, route: Route | PublicRoute, options: MountOptions): void {
  void listener.register(async (room) => {
    room.removeAllContentTypeParsers();
    room.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    mount(room, route, options);
  });
}

/** In a room of its own, too: elsewhere forms are refused, because any page can send one without being asked. */
function mountForm(listener: FastifyInstance, route: Route | PublicRoute, options: MountOptions): void {
  void listener.register(async (room) => {
    room.removeAllContentTypeParsers();
    const type = 'application/x-www-form-urlencoded';
    room.addContentTypeParser(
      type,
      { parseAs: 'string' },
      async (_request: FastifyRequest, body: string) => new URLSearchParams(body),
    );
    mount(room, route, options);
  });
}

function mount(listener: FastifyInstance, route: Route | PublicRoute, { contextOf, log }: MountOptions): void {
  const contexts = new WeakMap<FastifyRequest, RequestContext>();
  for (const type of route.jsonTypes ?? []) takeJson(listener, type);
  listener.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax,
    ...(route.takesBytes === true && { config: { isSlow: true } }),
    onRequest: async (request, reply) => {
      if (isEmptyDelete(request)) delete request.headers['content-type'];
      if ('isPublic' in route) return;
      contexts.set(request, await contextOf(readIncoming(request, traceIdOfRequest(request), signalOf(reply), route.takesBasic)));
    },
    preParsing: async (request, _reply, payload) => unzipped(request, payload, route),
    errorHandler: (error, request, reply) => {
      const [fault, traceId] = [asFault(error, route), traceIdOfRequest(request)];
      const { faultReply } = route;
      return faultReply === undefined
        ? sendPlainFault(reply, fault, traceId, log)
        : sendFormedFault(reply, fault, faultReply, { traceId, log });
    },
    handler: async (request, reply) => {
      const context = contexts.get(request);
      const call = callOf(request, context?.signal ?? signalOf(reply));
      return send(
        reply,
        'isPublic' in route ? await route.handle(call) : await route.handle({ ...call, context: known(context) }),
      );
    },
  });
}

/** Some clients name the type of a body that they do not send, which would be read as half of one. */
const isEmptyDelete = ({ method, headers }: FastifyRequest): boolean =>
  method === 'DELETE' && headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';

function callOf({ url, params, body, headers }: FastifyRequest, signal: AbortSignal): RouteCall {
  return {
    body,
    params: params as Readonly<Record<string, string>>,
    query: new URL(url, 'http://localhost').searchParams,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value])),
    signal,
  };
}

function known(context: RequestContext | undefined): RequestContext {
  if (context === undefined) throw new Fault('INTERNAL', { public: 'The request has no context.' });
  return context;
}

function send(reply: FastifyReply, answer: RouteReply): FastifyReply {
  reply.code(answer.status).header('cache-control', 'no-store');
  if ('raw' in answer) {
    for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
    return reply.type(answer.type).send(answer.raw);
  }
  return reply.type(answer.type ?? 'application/json; charset=utf-8').send(JSON.stringify(answer.body));
}

function takeJson(listener: FastifyInstance, type: string): void {
  if (listener.hasContentTypeParser(type)) return;
  listener.addContentTypeParser(type, { parseAs: 'string' }, listener.getDefaultJsonParser('error', 'error'));
}

/** Clients may send gzip. fastify counts what comes out against the limit of the body, so a small bomb stays small. */
function unzipped(request: FastifyRequest, payload: Readable, { bodyBytesMax }: Route | PublicRoute): Readable {
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

function asFault(error: FastifyError | Fault, { bodyBytesMax }: Route | PublicRoute): unknown {
  if (error instanceof Fault) return error;
  if (error.statusCode === 413) return tooLarge(bodyBytesMax);
  const isUnreadable = error.code.startsWith('Z_') || error.code.startsWith('ERR_ZLIB');
  if (!isUnreadable && (error.statusCode === undefined || error.statusCode >= 500)) return error;
  return badInput('The request body cannot be read. Send JSON with content-type: application/json.', error);
}

const tooLarge = (bytesMax: number): Fault =>
  new Fault('LIMIT_EXCEEDED', { public: `The request body is larger than ${bytesMax} bytes. Send fewer events at once.` });
