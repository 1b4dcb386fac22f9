import type { RequestContext } from '../context.ts';

/** Asks the whole graph for what another subgraph knows. */
export interface GraphClient {
  /**
   * Runs one operation as the caller of the request, who sees there what they may see.
   * @returns its data; parts that the caller may not see, or whose subgraph is down, are null
   * @throws Fault SOURCE_UNAVAILABLE when the graph does not answer, BAD_USER_INPUT when it does not take the operation
   */
  ask(request: RequestContext, document: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
}
