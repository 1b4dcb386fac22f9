import type { No } from '../asset.ts';
import type { Shortcut } from './contract.ts';
import type { Truncation } from './walk.ts';

export const SUBTYPES = {
  DIRECT: ['IDENTITY', 'TRANSFORMATION', 'AGGREGATION'],
  INDIRECT: ['JOIN', 'GROUP_BY', 'FILTER', 'SORT', 'WINDOW', 'CONDITIONAL'],
} as const;

export type EdgeType = keyof typeof SUBTYPES;
export type EdgeSubtype = (typeof SUBTYPES)[EdgeType][number];
export type EdgeOrigin = 'VIEW' | 'QUERY' | 'DBT' | 'OPENLINEAGE' | 'MANUAL';
export type LineageLevel = 'DATASET' | 'COLUMN' | 'JOB';

/** A dataset or, with `column`, one of its columns, by its OpenLineage name in any spelling. */
export interface EdgeEnd {
  readonly namespace: string;
  readonly name: string;
  readonly column: string | null;
}

/** That data flows, before anybody looked up what the names stand for. */
export interface EdgeClaim {
  readonly source: EdgeEnd;
  readonly target: EdgeEnd;
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
  /** The expression that computes the target; null for influence and where it is not known. */
  readonly expression: string | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** Codes that say why it is not 1. */
  readonly reasons: readonly string[];
  /** True when the value is obfuscated on its way. */
  readonly masking?: boolean;
}

/** Everything that one piece of evidence says; it replaces what the same evidence said before. */
export interface Evidence {
  /** `view/<asset id>`, `dbt/<project>/<node>`, `openlineage/<job namespace>/<job name>`, `manual/<id>`. */
  readonly key: string;
  readonly origin: EdgeOrigin;
  /** The job that says so, if one does. */
  readonly jobId?: string;
  /** What a person is shown: query text, parser and version, run, event. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly claims: readonly EdgeClaim[];
}

/** An edge between numbers, as it is stored. */
export interface EdgeRow {
  readonly source_no: No;
  readonly target_no: No;
  readonly level: 0 | 1;
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
  readonly expression: string | null;
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly masking: boolean;
}

/** A lineage answer before its assets and edges are loaded. */
export interface Graph {
  readonly level: LineageLevel;
  readonly nodes: readonly GraphNode[];
  readonly edgeIds: readonly string[];
  readonly shortcuts: readonly Shortcut[];
  /** How many assets the filters left out and walked through. */
  readonly hidden: number;
  readonly truncation: readonly Truncation[];
  readonly depthReached: number;
  readonly sequence: string | null;
  /** Milliseconds of walking. */
  readonly walkMs: number;
}

/** An asset or a job. */
export type GraphNode = { readonly degree: number; readonly isStopped: boolean } & (
  | { readonly no: No; readonly jobId: null }
  | { readonly no: null; readonly jobId: string }
);

export type LeveledNode = GraphNode & { readonly level: LineageLevel };

export interface Path {
  readonly nos: readonly No[];
  readonly edgeIds: readonly string[];
}
