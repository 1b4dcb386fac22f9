import type { Rewrite } from './rewrite.ts';
import type { ProjectRepresentation } from './representation.ts';
import type { SubgraphOperation } from './subgraph.ts';

/** A plan in the form that is run. */
export type Step = Sequence | Parallel | Condition | RootFetch | EntityFetch;

export interface Sequence {
  readonly kind: 'sequence';
  readonly steps: readonly Step[];
}

export interface Parallel {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}

export interface Condition {
  readonly kind: 'condition';
  readonly variable: string;
  readonly whenTrue: Step | undefined;
  readonly whenFalse: Step | undefined;
}

/** What every fetch has: whom to ask, what, and with which of the client's variables under which name. */
export interface Fetch {
  readonly subgraph: string;
  readonly operation: SubgraphOperation;
  readonly variables: readonly { readonly name: string; readonly client: string }[];
}

/** Asks for root fields; the answer is merged into the root of the data. */
export interface RootFetch extends Fetch {
  readonly kind: 'root';
  readonly outputRewrites: readonly Rewrite[];
}

/** Asks for more of entities that earlier fetches found. One request may carry several batches. */
export interface EntityFetch extends Fetch {
  readonly kind: 'entities';
  readonly batches: readonly EntityBatch[];
}

export interface EntityBatch {
  /** The response key of `_entities`, and the variable with its representations. Batches may share the variable. */
  readonly alias: string;
  readonly variable: string;
  readonly paths: readonly EntityPath[];
  readonly represent: ProjectRepresentation;
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
}

/** Where in the data the entities are. */
export type EntityPath = readonly PathSegment[];

export type PathSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'items' }
  | { readonly kind: 'types'; readonly matches: (typename: string) => boolean };
