import type { RequestContext } from '../kernel/context.ts';
import { untilSettled } from '../kernel/db/settled.ts';
import type { Kernel } from '../kernel/graph/subgraph.ts';
import { authenticate } from '../kernel/identity/authenticate.ts';
import type { Incoming } from '../kernel/http/incoming.ts';

/** Turns the token of a request into somebody. @throws Fault UNAUTHENTICATED or AS_OF_NOT_SETTLED */
export const authenticated =
  ({ db, pepper }: Pick<Kernel, 'db' | 'pepper'>) =>
  async ({ token, ...request }: Incoming): Promise<RequestContext> => {
    const principal = await authenticate(db, pepper, token);
    if (request.asOf !== null) await untilSettled(db, request.asOf, request.signal);
    return { ...request, principal };
  };
