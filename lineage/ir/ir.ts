/**
 * The small language that everything after the parser speaks. It keeps what lineage needs (who reads what, under which
 * name, through which kind of step) and forgets the rest, so that no parser's version reaches the binder.
 */
export interface Span {
  /** UTF-16 offsets into the text of the statement. */
  readonly start: number;
  readonly end: number;
}

export interface Name {
  readonly text: string;
  readonly quoted: boolean;
}

/** From the widest part to the table itself. */
export interface TableName {
  readonly parts: readonly Name[];
  /** A file, a directory, a URL or a stage instead of a table. */
  readonly path: boolean;
}

/** What a step does with the values that go through it. */
export type Step = 'identity' | 'transformation' | 'aggregation';

export interface WindowUse {
  readonly name: string | null;
  readonly keys: readonly Expr[];
}

export type Expr =
  | { readonly kind: 'column'; readonly path: readonly Name[]; readonly span: Span | null; readonly composite?: boolean }
  | { readonly kind: 'ordinal'; readonly index: number }
  | { readonly kind: 'everyColumn'; readonly qualifier: readonly Name[]; readonly counted: boolean }
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'exists'; readonly query: Query }
  | {
      readonly kind: 'apply';
      readonly step: Step;
      readonly function: string | null;
      readonly inputs: readonly Expr[];
      /** What decides which input is taken: CASE WHEN, IF, FILTER. */
      readonly conditions: readonly Expr[];
      readonly window: WindowUse | null;
    }
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: Expr }
  | { readonly kind: 'lookup'; readonly table: TableName; readonly columns: readonly string[]; readonly keys: readonly Expr[] }
  | { readonly kind: 'constant' };

export interface StarItem {
  readonly kind: 'star';
  readonly qualifier: readonly Name[];
  readonly except: readonly string[];
  readonly replace: readonly { readonly name: string; readonly expr: Expr }[];
  readonly rename: readonly { readonly from: string; readonly to: string }[];
  /** `COLUMNS('...')`, `* ILIKE '...'`: only columns whose name matches. */
  readonly matching: RegExp | null;
}

export interface ExprItem {
  readonly kind: 'expr';
  readonly expr: Expr;
  /** Null when the query gives it none. */
  readonly name: string | null;
  readonly aliased: boolean;
  /** From the first to the last name in the expression. */
  readonly hull: Span | null;
}

export type Item = StarItem | ExprItem;

export interface Cte {
  readonly name: string;
  readonly columns: readonly string[];
  /** ClickHouse: WITH expression AS name; the name is a value and not a table. */
  readonly scalar: boolean;
  readonly query: Query | null;
  /** A data-modifying CTE; its `query` is what it returns. */
  readonly statement: Statement | null;
}

export interface With {
  readonly recursive: boolean;
  readonly ctes: readonly Cte[];
}

export interface Alias {
  readonly name: string | null;
  readonly columns: readonly string[];
}

export type Source = Readonly<
  | { kind: 'table'; name: TableName; alias: Alias }
  | { kind: 'query'; query: Query; alias: Alias }
  | { kind: 'joined'; sources: readonly JoinedSource[]; alias: Alias }
  | {
      kind: 'function';
      name: string;
      inputs: readonly Expr[];
      alias: Alias;
      produces: 'element' | 'columns';
      extra: readonly string[];
      /** WITH ORDINALITY: one column more, that counts the rows. */
      ordinality: boolean;
    }
  | {
      kind: 'pivot';
      input: Source;
      aggregates: readonly PivotAggregate[];
      keys: readonly Expr[];
      values: readonly string[] | null;
      group: readonly Expr[] | null;
      alias: Alias;
    }
  | {
      kind: 'unpivot';
      input: Source;
      values: readonly string[];
      label: string;
      groups: readonly (readonly Expr[])[];
      alias: Alias;
    }
  | {
      kind: 'match';
      input: Source;
      partition: readonly Expr[];
      measures: readonly ExprItem[];
      variables: readonly string[];
      alias: Alias;
    }
>;

export interface PivotAggregate {
  readonly expr: Expr;
  readonly alias: string | null;
  readonly label: string;
}

export interface JoinedSource {
  readonly source: Source;
  readonly natural: boolean;
  readonly using: readonly string[];
  readonly usingAlias: string | null;
  /** Whose value a column of USING or NATURAL has: that of an outer join is the side that is never missing. */
  readonly keeps: 'left' | 'right' | 'both';
  readonly on: Expr | null;
  /** Semi and anti joins filter; their columns are not seen outside. */
  readonly hidden: boolean;
}

/** Expressions that decide which rows come out, and in which order, but whose values do not. */
export interface Influences {
  readonly filter: readonly Expr[];
  readonly group: readonly Expr[];
  readonly sort: readonly Expr[];
}

export interface Select {
  readonly kind: 'select';
  readonly with: With | null;
  readonly items: readonly Item[];
  readonly sources: readonly JoinedSource[];
  readonly influences: Influences;
  readonly windows: ReadonlyMap<string, WindowUse>;
  readonly into: { readonly table: TableName; readonly temporary: boolean } | null;
}

export interface SetOperation {
  readonly kind: 'set';
  readonly with: With | null;
  readonly left: Query;
  readonly right: Query;
  readonly byName: boolean;
  readonly sort: readonly Expr[];
  /** EXCEPT and INTERSECT only filter by their right side. */
  readonly operator: 'union' | 'intersect' | 'except';
}

export interface Rows {
  readonly kind: 'rows';
  readonly with: With | null;
  readonly rows: readonly (readonly Expr[])[];
}

/** `TABLE t`, and a bare relation where a query is expected. */
export interface WholeSource {
  readonly kind: 'whole';
  readonly with: With | null;
  readonly source: Source;
}

export type Query = Select | SetOperation | Rows | WholeSource;

export interface Assignment {
  /** The column as written, possibly qualified. */
  readonly target: readonly string[];
  readonly value: Expr;
  readonly hull: Span | null;
}

export interface InsertInto {
  readonly table: TableName;
  readonly alias: string | null;
  readonly columns: readonly string[];
  /** PARTITION (dt = '1', h): `dt` is written by itself, `h` takes the last column of the query. */
  readonly partition: readonly { readonly name: string; readonly fixed: boolean }[];
  readonly byName: boolean;
  /** What the row that was to be inserted is called in ON DUPLICATE KEY UPDATE, besides `excluded`. */
  readonly newRow: string | null;
}

/** T-SQL: OUTPUT ... INTO t (a, b): a query over `inserted`, `deleted` and the sources of the statement. */
export interface Output {
  readonly into: TableName;
  readonly columns: readonly string[];
  readonly query: Query;
}

export type MergeAction =
  | { readonly kind: 'update'; readonly set: readonly Assignment[] }
  | { readonly kind: 'insert'; readonly columns: readonly string[]; readonly values: readonly ExprItem[] }
  /** UPDATE SET *, INSERT *, INSERT ROW. */
  | { readonly kind: 'everything' }
  | { readonly kind: 'delete' };

export type Statement = Readonly<
  | { kind: 'query'; query: Query }
  | {
      kind: 'insert';
      with: With | null;
      into: InsertInto;
      query: Query | null;
      onConflict: readonly Assignment[];
      output: Output | null;
    }
  | {
      kind: 'insertMany';
      with: With | null;
      source: Query | null;
      branches: readonly { into: InsertInto; values: readonly ExprItem[]; when: Expr | null }[];
    }
  | {
      kind: 'createTable';
      with: With | null;
      table: TableName;
      temporary: boolean;
      columns: readonly string[];
      query: Query | null;
      copies: readonly { table: TableName; data: boolean }[];
      location: TableName | null;
    }
  | {
      kind: 'createView';
      with: With | null;
      view: TableName;
      to: TableName | null;
      temporary: boolean;
      materialized: boolean;
      columns: readonly string[];
      query: Query | null;
    }
  | {
      kind: 'update';
      with: With | null;
      table: TableName;
      alias: string | null;
      set: readonly Assignment[];
      sources: readonly JoinedSource[];
      filter: readonly Expr[];
      output: Output | null;
    }
  | {
      kind: 'delete';
      with: With | null;
      table: TableName;
      alias: string | null;
      sources: readonly JoinedSource[];
      filter: readonly Expr[];
      output: Output | null;
    }
  | {
      kind: 'merge';
      with: With | null;
      table: TableName;
      alias: string | null;
      source: Source;
      on: Expr | null;
      actions: readonly MergeAction[];
      output: Output | null;
    }
  | { kind: 'copy'; from: readonly TableName[]; query: Query | null; to: TableName; columns: readonly string[] }
  | { kind: 'rename'; table: TableName; to: TableName }
  | { kind: 'swap'; table: TableName; with: TableName }
  | { kind: 'alter'; table: TableName; adds: readonly string[]; exchange: TableName | null }
  | { kind: 'drop' | 'truncate'; tables: readonly TableName[] }
  | { kind: 'use'; parts: readonly Name[]; what: 'database' | 'schema' | null }
  | { kind: 'block'; statements: readonly Statement[] }
  | { kind: 'call' }
  | { kind: 'other'; what: string }
>;
