import { compose, type Composition } from '../gateway/compose.ts';
import { readTypeDefs } from '../kernel/graph/typeDefs.ts';
import { SUBGRAPH_NAMES } from './subgraphs.ts';

/** What each subgraph promises, without starting any of them. */
export const contracts = SUBGRAPH_NAMES.map((name) => ({ name, typeDefs: readTypeDefs(name) }));

/** The graph of all subgraphs as their contracts say. */
export const composeContracts = (): Composition => compose(contracts);
