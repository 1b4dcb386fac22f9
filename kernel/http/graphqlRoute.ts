import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import { sendFault } from './faultReply.ts';
import { type Incoming, readIncoming, signalOf, traceIdOfRequest } from './incoming.ts';

export interface GraphqlRouteOptions<C extends object> {
  readonly server: ApolloServer<C>;
  /** Finds out who asks, and makes what the server executes with. */
  readonly contextOf: (incoming: Incoming) => Promise<C>;
  readonly log: Logger;
}

/** `POST /graphql`. Who asks is settled before GraphQL looks at the operation, so that strangers learn nothing, not even the schema. */
export function graphqlRoute<C extends object>(
  listener: FastifyInstance,
  { server, contextOf, log }: GraphqlRouteOptions<C>,
): void {
  const contexts = new WeakMap<FastifyRequest, C>();
  const execute = fastifyApolloHandler(server, { context: async (request) => contextFor(contexts, request) });
  listener.post('/graphql', async function (request, reply) {
    const traceId = traceIdOfRequest(request);
    prepare(reply);
    try {
      const incoming = readIncoming(request, traceId, signalOf(reply));
      if (incoming.asOf !== null) void reply.header('cadastre-as-of', incoming.asOf);
      contexts.set(request, await contextOf(incoming));
    } catch (error) {
      return sendFault(reply, error, traceId, log);
    }
    return execute.call(this, request, reply);
  });
}

function prepare(reply: FastifyReply): void {
  const vary = [reply.getHeader('vary'), 'Cadastre-As-Of'].filter((name) => name !== undefined).join(', ');
  void reply.header('vary', vary).header('cache-control', 'no-store');
}

function contextFor<C extends object>(contexts: WeakMap<FastifyRequest, C>, request: FastifyRequest): C {
  const context = contexts.get(request);
  if (context === undefined) throw new Fault('INTERNAL', { public: 'The request has no context.' });
  return context;
}
