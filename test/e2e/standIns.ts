import { loadSubgraph } from '../../app/subgraphs.ts';
import { buildSchema, type Kernel, type Subgraph } from '../../kernel/graph/subgraph.ts';
import { readTypeDefs } from '../../kernel/graph/typeDefs.ts';

/** A catalog that knows nothing: what is said about the graph as a whole does not depend on what is in it. */
export function emptyCatalog(resolvers: object = {}): Subgraph {
  const typeDefs = readTypeDefs('catalog');
  return {
    name: 'catalog',
    typeDefs,
    schema: buildSchema(typeDefs, { Asset: { __resolveType: () => 'Dataset' }, ...resolvers }),
    context: (request) => ({ request }),
    start: async () => {},
    stop: async () => {},
  };
}

export const withEmptyCatalog = async (kernel: Kernel): Promise<readonly Subgraph[]> => [
  emptyCatalog(),
  await loadSubgraph('governance', kernel),
];
