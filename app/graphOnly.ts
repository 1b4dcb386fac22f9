import type { RequestContext } from '../kernel/context.ts';
import type { Incoming } from '../kernel/http/incoming.ts';
import { requireScope } from '../kernel/policy/requireScope.ts';

type ContextOf = (incoming: Incoming) => Promise<RequestContext>;

/** Keeps tokens out of the graph that were made for something else, e.g. only to push metadata. @throws Fault FORBIDDEN */
export const graphOnly =
  (contextOf: ContextOf): ContextOf =>
  async (incoming) => {
    const request = await contextOf(incoming);
    requireScope(request, 'graph', 'it may not use GraphQL.');
    return request;
  };
