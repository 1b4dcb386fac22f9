import { execute, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { Fault } from '../kernel/fault.ts';
import { presentError } from './presentError.ts';
import type { SubgraphAnswer, SubgraphError, SubgraphExecutor, SubgraphOperation, SubgraphRequest } from './subgraph.ts';

/** Runs one operation over a schema; `compiledOperations` is the other implementation beside graphql-js. */
export type RunOperation = (
  operation: SubgraphOperation,
  variables: SubgraphRequest<unknown>['variables'],
  contextValue: unknown,
) => ExecutionResult | Promise<ExecutionResult>;

export interface InProcessOptions<Context> {
  readonly schema: GraphQLSchema;
  /** Makes what the resolvers get. A Fault that it throws is the answer to the whole request. */
  readonly contextFactory: (request: SubgraphRequest<Context>) => unknown;
  /** What the answer says beside data, asked for when the resolvers are done: a read token. */
  readonly extensionsOf?: (contextValue: unknown) => SubgraphAnswer['extensions'];
  readonly run?: RunOperation;
  readonly presentError?: (error: GraphQLError) => SubgraphError;
}

/** A subgraph in this process: no HTTP, and no text made and parsed in between. */
export function inProcessSubgraph<Context>(options: InProcessOptions<Context>): SubgraphExecutor<Context> {
  const { schema, contextFactory, extensionsOf } = options;
  const run = options.run ?? graphqlJs(schema);
  const present = options.presentError ?? presentError;
  return {
    async execute(request) {
      try {
        const contextValue = await contextFactory(request);
        const { data, errors } = await run(request.operation, request.variables, contextValue);
        return { data, errors: errors?.map(present), extensions: extensionsOf?.(contextValue) };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { errors: [present(new GraphQLError(error.message, { originalError: error }))] };
      }
    },
    close: () => Promise.resolve(),
  };
}

function graphqlJs(schema: GraphQLSchema): RunOperation {
  return ({ document }, variableValues, contextValue) => execute({ schema, document, variableValues, contextValue });
}
