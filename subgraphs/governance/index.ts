import { ensureProductionPolicy } from '../../kernel/approval/ensureProduction.ts';
import { buildSchema, type Kernel, type Subgraph } from '../../kernel/graph/subgraph.ts';
import { readTypeDefs } from '../../kernel/graph/typeDefs.ts';
import { makeApprovalLoaders } from './approvalLoaders.ts';
import type { Context } from './context.ts';
import { makeDisclosures } from './disclosures.ts';
import { makeLoaders } from './loaders.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { type ApprovalKeeper, keepApprovals } from './service/approval/keepApprovals.ts';
import { keepLog, type LogKeeper } from './service/log/keepLog.ts';
import { logRoutes } from './service/log/routes.ts';
import { scimRoutes } from './service/scim/routes.ts';
import { signInRoutes } from './service/signIn/routes.ts';
import { tidyDaily, type Tidying } from './service/tidyDaily.ts';
import { type Delivering, keepDelivering } from './service/webhooks/keepDelivering.ts';
import { prepareReads } from './store/reads.ts';

export { ensureAdmin } from './service/ensureAdmin.ts';
export { identified } from './service/signIn/identified.ts';

/** Who is who, who may what, and what happened: the face of the kernel's identity and audit in the graph. */
export function governanceSubgraph(kernel: Kernel): Subgraph {
  const typeDefs = readTypeDefs('governance');
  const reads = prepareReads(kernel.db);
  let keeper: LogKeeper | undefined;
  let tidying: Tidying | undefined;
  let approvals: ApprovalKeeper | undefined;
  let delivering: Delivering | undefined;
  return {
    name: 'governance',
    typeDefs,
    schema: buildSchema(typeDefs, resolvers),
    context: (request): Context => ({
      kernel,
      request,
      loaders: makeLoaders(reads, request.asOf),
      approvals: makeApprovalLoaders(kernel.db, request),
      disclosures: makeDisclosures(kernel.db, request),
    }),
    routes: [...logRoutes(kernel), ...signInRoutes(kernel), ...scimRoutes(kernel)],
    start: async () => {
      keeper = keepLog(kernel);
      await ensureProductionPolicy(kernel.db);
      approvals = keepApprovals(kernel);
      delivering = keepDelivering(kernel);
      tidying = tidyDaily(kernel);
    },
    stop: async () => {
      await Promise.all([keeper?.stop(), approvals?.stop(), delivering?.stop(), tidying?.stop()]);
    },
  };
}
