import type { RequestContext } from '../kernel/context.ts';
import { untilSettled } from '../kernel/db/settled.ts';
import type { Kernel } from '../kernel/graph/subgraph.ts';
import { policiesInForce } from '../kernel/policy/inForce.ts';
import type { Incoming } from '../kernel/http/incoming.ts';
import { identified } from '../subgraphs/governance/index.ts';

/** Turns the token of a request into somebody. @throws Fault UNAUTHENTICATED, SOURCE_UNAVAILABLE or AS_OF_NOT_SETTLED */
export function authenticated(kernel: Kernel): (incoming: Incoming) => Promise<RequestContext> {
  const { db, refusals } = kernel;
  const principalOf = identified(kernel);
  return async ({ token, ...request }) => {
    const principal = await principalOf(token);
    if (request.asOf !== null) await untilSettled(db, request.asOf, request.signal);
    const context: RequestContext = { ...request, principal, policies: await policiesInForce(db) };
    return refusals === undefined ? context : { ...context, denied: refusals.of(context) };
  };
}
