import type { DocumentNode } from 'graphql';
import type { JsonObject } from './json.ts';

/** What travels beside data: a read token, for instance. */
export type Extensions = Readonly<Record<string, unknown>>;

/** One operation of a plan. The same plan always hands over the same object, so executors may cache by it. */
export interface SubgraphOperation {
  readonly kind: 'query' | 'mutation';
  readonly source: string;
  /** Parsed on first use: an executor that sends text never pays for it. */
  readonly document: DocumentNode;
}

export interface SubgraphRequest<Context> {
  readonly operation: SubgraphOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  readonly extensions: Extensions;
  readonly signal: AbortSignal;
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Extensions | undefined;
}

export interface SubgraphAnswer {
  /** Given away: the engine changes it in place. */
  readonly data?: JsonObject | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
  readonly extensions?: Extensions | undefined;
}

/**
 * The way to one subgraph. `execute` answers like a GraphQL server; it throws a Fault when the subgraph did not answer
 * at all, and the engine then blanks what it was asked for.
 */
export interface SubgraphExecutor<Context> {
  execute(request: SubgraphRequest<Context>): Promise<SubgraphAnswer> | SubgraphAnswer;
  close(): Promise<void>;
}
