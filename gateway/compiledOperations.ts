import { type GraphQLSchema, execute } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { RunOperation } from './inProcessSubgraph.ts';
import type { SubgraphOperation } from './subgraph.ts';

/** Runs operations as code that is generated once for each of them. Plans are few and run often, so this pays. */
export function compiledOperations(schema: GraphQLSchema): RunOperation {
  const compiled = new WeakMap<SubgraphOperation, CompiledQuery | undefined>();
  return (operation, variables, contextValue) => {
    if (!compiled.has(operation)) compiled.set(operation, compiledOf(schema, operation));
    const query = compiled.get(operation);
    if (query !== undefined) return query.query(undefined, contextValue, variables);
    return execute({ schema, document: operation.document, variableValues: variables, contextValue });
  };
}

function compiledOf(schema: GraphQLSchema, { document }: SubgraphOperation): CompiledQuery | undefined {
  const result = compileQuery(schema, document);
  return isCompiledQuery(result) ? result : undefined;
}
