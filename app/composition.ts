import { compose, type Composition } from '../gateway/compose.ts';
import { readTypeDefs } from '../kernel/graph/typeDefs.ts';
import { SUBGRAPH_NAMES } from './subgraphs.ts';

/** The graph of all subgraphs as their contracts say, without starting any of them. */
export const composeContracts = (): Composition =>
  compose(SUBGRAPH_NAMES.map((name) => ({ name, typeDefs: readTypeDefs(name) })));
