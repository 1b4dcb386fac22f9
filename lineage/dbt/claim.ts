/**
 * What the catalog stores of lineage, by its form: a pure room may not import a subgraph's domain, and the two meet only
 * in GraphQL.
 */
export interface ClaimEnd {
  readonly namespace: string;
  /** The OpenLineage name. */
  readonly name: string;
  readonly column: string | null;
}

export type DirectSubtype = 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION';
export type IndirectSubtype = 'JOIN' | 'GROUP_BY' | 'FILTER' | 'SORT' | 'WINDOW' | 'CONDITIONAL';

export interface EdgeClaim {
  readonly source: ClaimEnd;
  readonly target: ClaimEnd;
  readonly type: 'DIRECT' | 'INDIRECT';
  readonly subtype: DirectSubtype | IndirectSubtype;
  readonly expression: string | null;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reasons: readonly string[];
}

/** Everything that one node of a dbt project says about lineage. */
export interface DbtEvidence {
  /** `dbt/<project>/<unique_id>` */
  readonly key: string;
  readonly origin: 'DBT';
  readonly detail: Readonly<Record<string, unknown>>;
  readonly claims: readonly EdgeClaim[];
}

/** The columns of tables by the tables' OpenLineage names, with their types; '' where the type is not known. */
export type TableColumns = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface AnalyzeRequest {
  readonly dialect: string;
  /** One query: what dbt compiled a model to. */
  readonly sql: string;
  readonly schema: TableColumns;
  readonly defaultDatabase: string | null;
  readonly defaultSchema: string | null;
  /** What the query's result becomes; tables that it reads are taken to be of the same namespace. */
  readonly target: { readonly namespace: string; readonly name: string };
}

/** Column lineage of one query. A query that cannot be understood has none; the promise is not for saying so. */
export type AnalyzeColumns = (request: AnalyzeRequest) => Promise<readonly EdgeClaim[]>;
