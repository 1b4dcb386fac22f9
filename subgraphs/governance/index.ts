import { buildSchema, type Kernel, type Subgraph } from '../../kernel/graph/subgraph.ts';
import { readTypeDefs } from '../../kernel/graph/typeDefs.ts';
import type { Context } from './context.ts';
import { makeLoaders } from './loaders.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { prepareReads } from './store/reads.ts';

export { ensureAdmin } from './service/ensureAdmin.ts';

/** Who is who, who may what, and what happened: the face of the kernel's identity and audit in the graph. */
export function governanceSubgraph(kernel: Kernel): Subgraph {
  const typeDefs = readTypeDefs('governance');
  const reads = prepareReads(kernel.db);
  return {
    name: 'governance',
    typeDefs,
    schema: buildSchema(typeDefs, resolvers),
    context: (request): Context => ({ kernel, request, loaders: makeLoaders(reads, request.asOf) }),
    start: async () => {},
    stop: async () => {},
  };
}
