import { buildSchema, type Kernel, type Subgraph } from '../../kernel/graph/subgraph.ts';
import { readTypeDefs } from '../../kernel/graph/typeDefs.ts';
import type { StoredBlob } from '../../kernel/blobs/blobStore.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { createContext } from './context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { blobRoutes } from './service/blobs/routes.ts';
import { storeBlob } from './service/blobs/storeBlob.ts';
import { type Following, keepFollowing } from './service/following/keepFollowing.ts';
import { mlflowRoutes } from './service/mlflow/routes.ts';
import { type GlassKeeper, keepGlass } from './service/stages/endBreakGlass.ts';

/** Keeps bytes of a file as `PUT /registry/v1/blobs` does, for whoever asks. */
export const uploadBlob = (kernel: Kernel, request: RequestContext, bytes: Buffer): Promise<StoredBlob> =>
  storeBlob(createContext(kernel, request), bytes);

/** Models, their versions, what they are made of, and which version is where. */
export function registrySubgraph(kernel: Kernel): Subgraph {
  const typeDefs = readTypeDefs('registry');
  let keepers: readonly [GlassKeeper, Following] | null = null;
  return {
    name: 'registry',
    typeDefs,
    schema: buildSchema(typeDefs, resolvers),
    context: (request) => createContext(kernel, request),
    routes: [...blobRoutes(kernel), ...mlflowRoutes(kernel)],
    start: () => {
      keepers = [keepGlass(kernel), keepFollowing(kernel)];
      return Promise.resolve();
    },
    stop: async () => {
      await Promise.all((keepers ?? []).map((keeper) => keeper.stop()));
    },
  };
}
