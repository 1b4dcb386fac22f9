import type { RequestContext } from '../kernel/context.ts';
import { Fault } from '../kernel/fault.ts';
import type { Incoming } from '../kernel/http/incoming.ts';

type ContextOf = (incoming: Incoming) => Promise<RequestContext>;

/** Keeps tokens out of the graph that were made for something else, e.g. only to push metadata. @throws Fault FORBIDDEN */
export const graphOnly =
  (contextOf: ContextOf): ContextOf =>
  async (incoming) => {
    const request = await contextOf(incoming);
    if (request.principal.scopes.includes('graph')) return request;
    throw new Fault('FORBIDDEN', { public: 'This token has no scope graph: it may not use GraphQL.' });
  };
