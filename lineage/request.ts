import type { LineageResult } from './model/model.ts';
import type { KnownTables } from './session/catalog.ts';

/** One entry of a query log: what was run, by which session, with which defaults. */
export type LogEntry =
  | {
      readonly sql: string;
      readonly session?: string | null;
      readonly defaultDatabase?: string | null;
      readonly defaultSchema?: string | null;
    }
  | { readonly rename: { readonly from: string; readonly to: string; readonly swap: boolean } };

export interface LineageRequest {
  readonly dialect: string;
  /** A script; or its statements; or a log of sessions that ran side by side. */
  readonly sql?: string;
  readonly statements?: readonly string[];
  readonly sessionLog?: readonly LogEntry[];
  readonly schema?: KnownTables;
  /** Queries of views to look through, by the view's name. */
  readonly views?: Iterable<readonly [view: string, sql: string]>;
  readonly defaultDatabase?: string | null;
  readonly defaultSchema?: string | null;
  /** Overrides what the dialect says of aliases to the left in a select list. */
  readonly lateralAliases?: boolean;
  readonly signal?: AbortSignal;
}

export interface Analyzer {
  analyze(request: LineageRequest): Promise<LineageResult>;
  close(): Promise<void>;
}
