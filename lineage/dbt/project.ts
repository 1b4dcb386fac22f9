import type { IdentifierRule } from '../../kernel/identifier.ts';
import type { Instant } from '../../kernel/time.ts';

/** A dbt project as its artifacts tell it, whatever versions they have. */
export interface DbtProject {
  readonly name: string;
  readonly adapter: string;
  /** The OpenLineage namespace of the warehouse. */
  readonly namespace: string;
  /** How the warehouse folds names. */
  readonly rule: IdentifierRule;
  readonly manifestVersion: number;
  readonly dbtVersion: string | null;
  readonly generatedAt: string | null;
  /** By unique_id, as are the others. */
  readonly datasets: ReadonlyMap<string, DbtDataset>;
  readonly consumers: ReadonlyMap<string, DbtConsumer>;
  readonly assertions: ReadonlyMap<string, DbtAssertion>;
  readonly skipped: readonly Skipped[];
}

export const DATASET_KINDS = ['model', 'seed', 'snapshot', 'source'] as const;
export type DatasetKind = (typeof DATASET_KINDS)[number];

export interface DbtDataset {
  readonly id: string;
  readonly kind: DatasetKind;
  /** What people of the project call it: `orders`, `shop.raw_orders`. */
  readonly label: string;
  readonly namespace: string;
  /** The OpenLineage name; null for what is nowhere in the warehouse, an ephemeral model. */
  readonly name: string | null;
  readonly database: string | null;
  readonly schema: string | null;
  readonly materialized: string | null;
  readonly description: string | null;
  readonly columns: readonly DbtColumn[];
  /** Whether `columns` are all there are: the warehouse said so, or a contract does. */
  readonly columnsComplete: boolean;
  readonly tags: readonly string[];
  readonly owners: readonly DbtOwner[];
  readonly group: string | null;
  readonly access: string | null;
  readonly dependsOn: readonly string[];
  readonly code: DbtCode;
  readonly file: string | null;
  readonly statistics: DbtStatistics | null;
  /** How old its data may be, and what the last check of that found; of sources alone. */
  readonly freshness: DbtFreshness | null;
  /** When rows last came in, as a source's freshness check found; RFC 3339. */
  readonly loadedAt: string | null;
  readonly status: string | null;
}

export interface DbtColumn {
  readonly name: string;
  readonly dataType: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
}

export interface DbtOwner {
  readonly email: string | null;
  readonly name: string | null;
}

export interface DbtCode {
  /** SQL that a warehouse understands. */
  readonly compiled: string | null;
  /** SQL with Jinja, or Python. */
  readonly raw: string | null;
  readonly language: string;
}

export interface DbtFreshness {
  /** ISO 8601 durations. */
  readonly warnAfter: string | null;
  readonly errorAfter: string | null;
  /** Which rows are looked at. */
  readonly filter: string | null;
  readonly outcome: DbtOutcome | null;
}

/** What one run of a check found. */
export interface DbtOutcome {
  readonly status: AssertionStatus;
  readonly observedAt: Instant;
  readonly failures: number | null;
  readonly message: string | null;
  readonly maxLoadedAt: Instant | null;
  /** The invocation of dbt. */
  readonly run: string | null;
}

export interface DbtStatistics {
  readonly rowCount: number | null;
  readonly sizeBytes: number | null;
}

export const CONSUMER_KINDS = ['exposure', 'metric', 'semantic_model', 'saved_query'] as const;
export type ConsumerKind = (typeof CONSUMER_KINDS)[number];

/** What reads datasets and is none. */
export interface DbtConsumer {
  readonly id: string;
  readonly kind: ConsumerKind;
  readonly label: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly owners: readonly DbtOwner[];
  readonly dependsOn: readonly string[];
  /** Words of the expressions in it, lower case, among them every column that it reads; null when it may read any. */
  readonly uses: ReadonlySet<string> | null;
  readonly name: string;
  readonly tags: readonly string[];
  /** `dashboard`, `notebook`; `simple`, `ratio`, `count_distinct`. */
  readonly type: string | null;
  readonly maturity: string | null;
  /** Of a metric alone. */
  readonly metric: DbtFormula | null;
  /** Of a semantic model alone. */
  readonly semantics: DbtSemantics | null;
}

/** How a metric is computed, as far as it says so itself. */
export interface DbtFormula {
  /** SQL, or a formula of other metrics. */
  readonly expression: string | null;
  readonly filter: string | null;
  readonly timeGrains: readonly string[];
  readonly dimensions: readonly string[];
  /** Measures of semantic models by their names. */
  readonly measures: readonly string[];
  /** All text in which columns may be named. */
  readonly texts: readonly string[];
}

export interface DbtSemantics {
  readonly measures: readonly DbtField[];
  readonly dimensions: readonly DbtField[];
}

/** A measure or a dimension: a name for an expression over columns. */
export interface DbtField {
  readonly name: string;
  readonly expression: string;
  /** How a measure is aggregated: `sum`. */
  readonly aggregation: string | null;
  /** The grain of a dimension of time: `day`. */
  readonly grain: string | null;
}

export type AssertionStatus = 'PASSED' | 'FAILED' | 'WARNED' | 'ERRORED' | 'SKIPPED';

/** A test, as what it says about the data. */
export interface DbtAssertion {
  readonly id: string;
  readonly label: string;
  readonly asserts: Asserted;
  /** The dataset that it is about; null where nobody can tell. */
  readonly dataset: string | null;
  readonly column: string | null;
  /** Words of its arguments and its code, lower case, among them every column that it reads. */
  readonly uses: ReadonlySet<string>;
  readonly severity: 'ERROR' | 'WARN';
  readonly dependsOn: readonly string[];
  readonly description: string | null;
  /** What it demands beside its kind: arguments, a condition, thresholds. */
  readonly criteria: Readonly<Record<string, unknown>>;
  /** Null when it has not run. */
  readonly status: AssertionStatus | null;
  readonly outcome: DbtOutcome | null;
}

export type Asserted =
  | { readonly kind: 'UNIQUE' }
  | { readonly kind: 'NOT_NULL' }
  | { readonly kind: 'ACCEPTED_VALUES'; readonly values: readonly string[] }
  | { readonly kind: 'RELATIONSHIP'; readonly dataset: string | null; readonly column: string | null }
  | { readonly kind: 'OTHER'; readonly test: string };

export interface Skipped {
  readonly id: string;
  readonly why: string;
}
