import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Engine, ExecuteRequest } from './engine.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type SchemaListener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0];

/** An engine in the place of Apollo's gateway: `new ApolloServer({ gateway: apolloGateway(engine) })`. */
export interface ApolloGateway extends GatewayInterface {
  /** Lets a new engine take over. Resolves when the old one has answered what it had begun. */
  swap(engine: Engine<object>): Promise<void>;
}

/** What else of a request the engine is told: a signal that aborts it, and extensions such as a read token. */
export type RequestOf = (contextValue: object) => Pick<ExecuteRequest<object>, 'signal' | 'extensions'>;

/** What Apollo Server passes as `contextValue` reaches the subgraphs as the engine's context. */
export function apolloGateway(first: Engine<object>, requestOf: RequestOf = () => ({})): ApolloGateway {
  let current = first;
  const listeners = new Set<SchemaListener>();
  // A request is validated against the schema of its beginning, so it stays with that schema's engine.
  const engines = new WeakMap<GraphQLSchema, Engine<object>>([[first.apiSchema, first]]);
  const announce = (listener: SchemaListener): void =>
    listener({ apiSchema: current.apiSchema, coreSupergraphSdl: current.supergraphSdl });
  return {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load() {
      for (const listener of listeners) announce(listener);
      return Promise.resolve({
        executor: ({ document, source, operationName, request, context, schema }) => {
          const engine = engines.get(schema) ?? current;
          return engine.execute({
            document,
            source,
            operationName,
            variables: request.variables,
            context,
            ...requestOf(context),
          });
        },
      });
    },
    stop: () => current.close(),
    async swap(engine) {
      const old = current;
      current = engine;
      engines.set(engine.apiSchema, engine);
      for (const listener of listeners) announce(listener);
      await old.close();
    },
  };
}
