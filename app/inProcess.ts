import { compiledOperations } from '../gateway/compiledOperations.ts';
import { inProcessSubgraph, type RunOperation } from '../gateway/inProcessSubgraph.ts';
import type { SubgraphExecutor } from '../gateway/subgraph.ts';
import type { RequestContext } from '../kernel/context.ts';
import type { Subgraph } from '../kernel/graph/subgraph.ts';
import { logUnexpected } from '../kernel/http/logUnexpected.ts';
import type { Logger } from '../kernel/log.ts';

/** A subgraph of this process as the engine calls it. What it throws is logged here, before clients are shown less. */
export function inProcess(subgraph: Subgraph, log: Logger): SubgraphExecutor<RequestContext> {
  const requests = new WeakMap<object, RequestContext>();
  const compiled = compiledOperations(subgraph.schema);
  const run: RunOperation = async (operation, variables, contextValue) => {
    const result = await compiled(operation, variables, contextValue);
    const request = contextValue instanceof Object ? requests.get(contextValue) : undefined;
    logUnexpected(log, result.errors, { ...request?.trace, subgraph: subgraph.name });
    return result;
  };
  return inProcessSubgraph<RequestContext>({
    schema: subgraph.schema,
    contextFactory: ({ context }) => {
      const made = subgraph.context(context);
      requests.set(made, context);
      return made;
    },
    run,
  });
}
