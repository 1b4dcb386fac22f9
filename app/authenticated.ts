import type { RequestContext } from '../kernel/context.ts';
import type { Kernel } from '../kernel/graph/subgraph.ts';
import { authenticate } from '../kernel/identity/authenticate.ts';
import type { Incoming } from '../kernel/http/incoming.ts';

/** Turns the token of a request into somebody. @throws Fault UNAUTHENTICATED */
export const authenticated =
  ({ db, pepper }: Pick<Kernel, 'db' | 'pepper'>) =>
  async ({ token, ...request }: Incoming): Promise<RequestContext> => ({
    ...request,
    principal: await authenticate(db, pepper, token),
  });
