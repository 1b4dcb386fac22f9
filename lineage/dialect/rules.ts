/** How one SQL dialect differs from the others, as data. Whoever adds a dialect adds a row, not a branch. */
export interface DialectRules {
  readonly id: string;
  /** What the main parser calls it. */
  readonly parser: string;
  /** Dialects of the main parser to try, in order, when its own fails. */
  readonly fallbacks: readonly string[];
  /** What becomes of an unquoted name. */
  readonly fold: 'lower' | 'upper' | 'keep';
  /** Whether unquoted table names that differ in case are different tables. */
  readonly tablesCaseSensitive: boolean;
  /** Whether a select item may name an alias to its left, and who wins when a column has that name too. */
  readonly lateralAliases: 'never' | 'column-first';
  readonly backslashEscapes: boolean;
  readonly hashComments: boolean;
  /** `"text"` is a string and not a name. */
  readonly doubleQuotedStrings: boolean;
  readonly bracketNames: boolean;
  readonly dollarQuotes: boolean;
  /** `a.b.c` inside one pair of quotes is a path and not a name. */
  readonly dotsInQuotedNames: boolean;
  /** Tables whose name starts so live as long as the session. */
  readonly temporaryPrefix: string | null;
  readonly optionalSemicolons: boolean;
  /** How the columns of PIVOT are called: by the value, by the value with its quotes, by aggregate and value. */
  readonly pivotNames: 'value' | 'quoted-value' | 'value_aggregate' | 'aggregate_value';
  /** libpg-query reads it too. */
  readonly postgresFamily: boolean;
  /** Struct fields are reached by dots from a column, without parentheses. */
  readonly structPaths: boolean;
  /** Names that look like columns and belong to no table. */
  readonly pseudoColumns: readonly string[];
  /** What USE with one name chooses. */
  readonly useChooses: 'database' | 'schema';
  /** SELECT ... INTO makes a table, or fills a variable. */
  readonly selectInto: 'table' | 'variable';
  /** The same inside of a procedure. */
  readonly selectIntoInProcedure: 'table' | 'variable';
  /** A CTE may speak of itself without the word RECURSIVE. */
  readonly implicitRecursion: boolean;
}

const ANSI: DialectRules = {
  id: 'ansi',
  parser: 'generic',
  fallbacks: ['databricks', 'hive', 'postgresql', 'tsql'],
  fold: 'lower',
  tablesCaseSensitive: false,
  lateralAliases: 'never',
  backslashEscapes: false,
  hashComments: false,
  doubleQuotedStrings: false,
  bracketNames: false,
  dollarQuotes: true,
  dotsInQuotedNames: false,
  temporaryPrefix: null,
  optionalSemicolons: false,
  pivotNames: 'value',
  postgresFamily: false,
  structPaths: true,
  pseudoColumns: [
    'current_date',
    'current_time',
    'current_timestamp',
    'current_user',
    'session_user',
    'localtime',
    'localtimestamp',
    'user',
    'sysdate',
    'getdate',
    'default',
    'true',
    'false',
  ],
  implicitRecursion: false,
  selectInto: 'table',
  selectIntoInProcedure: 'variable',
  useChooses: 'database',
};

const POSTGRES: DialectRules = {
  ...ANSI,
  id: 'postgres',
  parser: 'postgresql',
  fallbacks: ['redshift', 'generic', 'duckdb'],
  postgresFamily: true,
  structPaths: false,
};
const SPARK: DialectRules = {
  ...ANSI,
  id: 'spark',
  useChooses: 'schema',
  parser: 'spark',
  fallbacks: ['databricks', 'hive', 'generic'],
  lateralAliases: 'column-first',
  backslashEscapes: true,
  doubleQuotedStrings: true,
  dollarQuotes: false,
  pivotNames: 'value_aggregate',
};
const MYSQL: DialectRules = {
  ...ANSI,
  id: 'mysql',
  selectInto: 'variable',
  useChooses: 'schema',
  parser: 'mysql',
  fallbacks: ['generic'],
  fold: 'keep',
  backslashEscapes: true,
  hashComments: true,
  doubleQuotedStrings: true,
  dollarQuotes: false,
  structPaths: false,
};
const TSQL: DialectRules = {
  ...ANSI,
  id: 'tsql',
  selectIntoInProcedure: 'table',
  parser: 'tsql',
  fallbacks: ['fabric', 'generic'],
  fold: 'keep',
  bracketNames: true,
  dollarQuotes: false,
  temporaryPrefix: '#',
  optionalSemicolons: true,
  structPaths: false,
  implicitRecursion: true,
};
const ORACLE: DialectRules = {
  ...ANSI,
  id: 'oracle',
  selectInto: 'variable',
  parser: 'oracle',
  fallbacks: ['generic'],
  fold: 'upper',
  dollarQuotes: false,
  pivotNames: 'quoted-value',
  pseudoColumns: [
    ...ANSI.pseudoColumns,
    'rownum',
    'rowid',
    'level',
    'systimestamp',
    'connect_by_isleaf',
    'nextval',
    'currval',
    'ora_rowscn',
  ],
  implicitRecursion: true,
};
const TRINO: DialectRules = {
  ...ANSI,
  id: 'trino',
  useChooses: 'schema',
  parser: 'trino',
  fallbacks: ['presto', 'athena', 'generic'],
};
const TERADATA: DialectRules = {
  ...ANSI,
  id: 'teradata',
  useChooses: 'schema',
  parser: 'teradata',
  fallbacks: ['generic'],
  lateralAliases: 'column-first',
};
const REDSHIFT: DialectRules = {
  ...POSTGRES,
  id: 'redshift',
  parser: 'redshift',
  fallbacks: ['postgresql', 'generic'],
  lateralAliases: 'column-first',
  temporaryPrefix: '#',
  bracketNames: false,
  structPaths: true,
};
const SNOWFLAKE: DialectRules = {
  ...ANSI,
  id: 'snowflake',
  selectInto: 'variable',
  parser: 'snowflake',
  fallbacks: ['databricks', 'generic'],
  fold: 'upper',
  lateralAliases: 'column-first',
  backslashEscapes: true,
  pivotNames: 'quoted-value',
  pseudoColumns: [...ANSI.pseudoColumns, 'level', 'nextval'],
  implicitRecursion: true,
};
const BIGQUERY: DialectRules = {
  ...ANSI,
  id: 'bigquery',
  selectInto: 'variable',
  parser: 'bigquery',
  fallbacks: ['generic', 'databricks'],
  fold: 'keep',
  tablesCaseSensitive: true,
  backslashEscapes: true,
  hashComments: true,
  doubleQuotedStrings: true,
  dollarQuotes: false,
  dotsInQuotedNames: true,
  pivotNames: 'aggregate_value',
};
const CLICKHOUSE: DialectRules = {
  ...ANSI,
  id: 'clickhouse',
  useChooses: 'schema',
  parser: 'clickhouse',
  fallbacks: ['generic', 'mysql'],
  fold: 'keep',
  tablesCaseSensitive: true,
  lateralAliases: 'column-first',
  backslashEscapes: true,
  hashComments: true,
};
const DUCKDB: DialectRules = {
  ...ANSI,
  id: 'duckdb',
  useChooses: 'schema',
  parser: 'duckdb',
  fallbacks: ['postgresql', 'generic'],
  lateralAliases: 'column-first',
  pivotNames: 'value_aggregate',
};

export const DIALECTS: readonly DialectRules[] = [
  ANSI,
  POSTGRES,
  { ...POSTGRES, id: 'greenplum' },
  { ...POSTGRES, id: 'vertica' },
  { ...POSTGRES, id: 'cockroachdb', parser: 'cockroachdb', fallbacks: ['postgresql', 'generic'] },
  { ...POSTGRES, id: 'materialize', parser: 'materialize', fallbacks: ['postgresql', 'generic'] },
  { ...POSTGRES, id: 'risingwave', parser: 'risingwave', fallbacks: ['postgresql', 'generic'] },
  REDSHIFT,
  SNOWFLAKE,
  BIGQUERY,
  SPARK,
  { ...SPARK, id: 'databricks', parser: 'databricks', fallbacks: ['spark', 'hive', 'generic'] },
  { ...SPARK, id: 'hive', parser: 'hive', fallbacks: ['spark', 'databricks', 'generic'], lateralAliases: 'never' },
  { ...SPARK, id: 'impala', parser: 'hive', fallbacks: ['spark', 'generic'], lateralAliases: 'never' },
  MYSQL,
  { ...MYSQL, id: 'mariadb' },
  { ...MYSQL, id: 'tidb', parser: 'tidb', fallbacks: ['mysql', 'generic'] },
  { ...MYSQL, id: 'singlestore', parser: 'singlestore', fallbacks: ['mysql', 'generic'] },
  { ...MYSQL, id: 'doris', parser: 'doris', fallbacks: ['mysql', 'generic'] },
  { ...MYSQL, id: 'starrocks', parser: 'starrocks', fallbacks: ['mysql', 'generic'] },
  TSQL,
  { ...TSQL, id: 'fabric', parser: 'fabric', fallbacks: ['tsql', 'generic'] },
  ORACLE,
  TRINO,
  { ...TRINO, id: 'presto', parser: 'presto', fallbacks: ['trino', 'generic'] },
  { ...TRINO, id: 'athena', parser: 'athena', fallbacks: ['trino', 'hive', 'generic'] },
  CLICKHOUSE,
  DUCKDB,
  TERADATA,
  { ...ANSI, id: 'sqlite', parser: 'sqlite', fallbacks: ['generic', 'mysql'] },
  { ...ANSI, id: 'exasol', parser: 'exasol', fallbacks: ['generic'], fold: 'upper' },
  { ...ANSI, id: 'db2', fold: 'upper' },
  { ...ANSI, id: 'dremio', parser: 'dremio', fallbacks: ['generic'] },
  { ...ANSI, id: 'drill', parser: 'drill', fallbacks: ['generic'] },
  { ...ANSI, id: 'druid', parser: 'druid', fallbacks: ['generic'] },
];
