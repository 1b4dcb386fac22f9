import type { Carry } from './carry.ts';
import type { ClientPaths } from './clientPath.ts';
import type { Deadline } from './deadline.ts';
import type { Failures } from './failures.ts';
import type { JsonObject } from './json.ts';
import type { Extensions, SubgraphExecutor } from './subgraph.ts';

/** One operation under way: what it runs with, and what it has gathered so far. */
export interface Run<Context> {
  readonly subgraphs: ReadonlyMap<string, SubgraphExecutor<Context>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
  readonly deadline: Deadline;
  readonly carry: Carry;
  readonly report: ReportFailure;
  readonly entitiesPerFetchMax: number;
  readonly clientPaths: ClientPaths;
  readonly data: JsonObject;
  readonly failures: Failures;
  extensions: Extensions;
}

/** Told of every fetch that brought nothing, or of an operation that could not be planned, with the cause that clients never see. */
export type ReportFailure = (failure: { readonly subgraph?: string; readonly cause: unknown }) => void;
