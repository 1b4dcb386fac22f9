/** What lineage says of SQL: the native model, of which every emission profile is only a view. */
import type { Span } from '../ir/ir.ts';

/** How a value goes on, the most direct first. The first three are DIRECT in OpenLineage's words, the others INDIRECT. */
export const EDGE_KINDS = [
  'identity',
  'transformation',
  'aggregation',
  'window',
  'condition',
  'join',
  'filter',
  'group',
  'sort',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

/** Why an edge has the confidence it has. */
export const REASONS = {
  CATALOG: 'The owner of the column is in the given schema.',
  SCRIPT: 'The owner was created earlier in the same script or session.',
  QUALIFIED: 'The column names its owner; the owner’s columns are not known.',
  SOLE_OWNER: 'Only one source can own the column.',
  OTHER_OWNER_POSSIBLE: 'One source is known to have the column; another, whose columns are not known, may have it too.',
  AMBIGUOUS_OWNER: 'Several sources may own the column; they are listed as candidates.',
  UNKNOWN_OWNER: 'No source in reach has the column.',
  LOOKUP: 'The table is named by the arguments of a function.',
  GUESSED: 'The statement could not be parsed; tables were found by the words before them.',
  NOT_IN_CATALOG: 'The owner is known, but not with this column.',
  OTHER_SIDE: 'The column is one with another by USING or NATURAL, and that other one gives the value.',
  THROUGH_STAR: 'The column went through a star over a table whose columns are not known.',
  STAR_UNEXPANDED: 'A star over a table whose columns are not known stands for all of them.',
  ROW_COUNT: 'The value depends on how many rows there are, and on no column.',
  BY_POSITION: 'The column is named by its position in a file.',
  REPAIRED: 'The statement was parsed after its unknown parts were taken out.',
  FALLBACK_DIALECT: 'The statement was parsed with another dialect than asked for.',
  SECOND_PARSER: 'The statement was read by the second parser.',
  PARSERS_DISAGREE: 'Two parsers read the statement differently.',
} as const;
export type Reason = keyof typeof REASONS;

export interface TableId {
  /** Canonical names from database to table, as far as known, folded by the rules of the dialect. */
  readonly parts: readonly string[];
  /** As written, with the defaults in front. */
  readonly written: readonly string[];
  /** Equal for equal tables. */
  readonly key: string;
  readonly path: boolean;
}

export interface Flow {
  readonly table: TableId | null;
  readonly column: string;
  /** Fields below the column. */
  readonly path: readonly string[];
  readonly kind: EdgeKind;
  readonly masking: boolean;
  readonly confidence: number;
  readonly reasons: readonly Reason[];
  readonly candidates: readonly TableId[];
}

/** A column that a statement fills, or that a query answers with. */
export interface Output {
  /** Null for the result of a plain query. */
  readonly target: TableId | null;
  /** Null for an output without a name, `*` for all columns of an unexpanded star. */
  readonly targetColumn: string | null;
  /** From 0. */
  readonly position: number;
}

export interface Edge extends Flow, Output {
  readonly span: Span | null;
  readonly text: string | null;
}

/** An influence on every column of the target: joins, filters, grouping, order. */
export interface Influence extends Flow {
  readonly target: TableId | null;
}

export const PROBLEMS = ['SYNTAX', 'TOO_LARGE', 'TOO_SLOW', 'TOO_DEEP', 'UNRESOLVED'] as const;
export interface Problem {
  readonly code: (typeof PROBLEMS)[number];
  readonly message: string;
  readonly span: Span | null;
}

export interface Coverage {
  readonly references: number;
  readonly resolved: number;
}

export interface StatementLineage {
  readonly kind: string;
  /** Statements of one procedure share it; it counts what stands at the top of the script. */
  readonly group: number;
  readonly text: string;
  /** In the script; null when the statement did not come out of one text. */
  readonly span: Span | null;
  readonly reads: readonly TableId[];
  /** Read only by a CTE that nobody asks. */
  readonly unusedReads: readonly TableId[];
  readonly writes: readonly TableId[];
  /** Tables that were changed without values flowing into them: dropped, emptied, altered. */
  readonly touches: readonly TableId[];
  readonly temporary: readonly TableId[];
  /** Files in which an external table lies. */
  readonly locations: readonly TableId[];
  readonly drops: readonly TableId[];
  readonly edges: readonly Edge[];
  /** Outputs that no column flows into: constants, and calls that are given no column. */
  readonly constants: readonly Output[];
  readonly influences: readonly Influence[];
  readonly renames: readonly { readonly from: TableId; readonly to: TableId; readonly swap: boolean }[];
  readonly coverage: Coverage;
  readonly problems: readonly Problem[];
}

export interface LineageResult {
  readonly dialect: string;
  /** Several statements that know of each other, even if only one of them came. */
  readonly script: boolean;
  readonly statements: readonly StatementLineage[];
  readonly coverage: Coverage;
  readonly problems: readonly Problem[];
}
