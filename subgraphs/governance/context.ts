import type { RequestContext } from '../../kernel/context.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import type { ApprovalLoaders } from './approvalLoaders.ts';
import type { Disclosures } from './disclosures.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers and services of one request work with. */
export interface Context {
  readonly kernel: Kernel;
  readonly request: RequestContext;
  readonly loaders: Loaders;
  readonly approvals: ApprovalLoaders;
  readonly disclosures: Disclosures;
}
