import type { Dialect } from './dialect.ts';

/**
 * The SQL of a crawl. information_schema compares names without regard to case and accents, also where the server tells
 * them apart; so every statement brings its names along and the reader compares them exactly.
 */

/** How long we wait for whoever alters a table right now. */
const LOCK_WAIT_SECONDS = 5;

/** An empty sql_mode, so that quotes and backslashes in our own statements mean what the driver thinks they mean. */
export const beginSession = (dialect: Dialect, statementTimeoutMs: number): readonly string[] => [
  `set session sql_mode = '', lock_wait_timeout = ${LOCK_WAIT_SECONDS}, ${dialect.timeout(statementTimeoutMs)}`,
  'set session transaction read only',
];

export const VERSION = 'select version() as version';

export const serverState = (dialect: Dialect): string =>
  `select ${dialect.readOnlyVariable} as readOnly, @@lower_case_table_names as folding, current_user() as crawler`;

export const GRANTS = 'show grants';

export const databases = (dialect: Dialect): string => `
  select SCHEMA_NAME as name, ${dialect.databaseComments ? 'SCHEMA_COMMENT' : "''"} as comment
  from information_schema.SCHEMATA
  where SCHEMA_NAME not in ('information_schema', 'performance_schema', 'mysql', 'sys')`;

/** The database is a pattern here: \`tmp\\_%\`. */
export const DATABASE_GRANTS = `
  select TABLE_SCHEMA as pattern, GRANTEE as grantee, PRIVILEGE_TYPE as privilege, IS_GRANTABLE as grantable
  from information_schema.SCHEMA_PRIVILEGES`;

/** First value: a database. Only what needs no table to be opened, because this runs over all of them. */
export const TABLE_NAMES = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, TABLE_TYPE as type
  from information_schema.TABLES where TABLE_SCHEMA = ?`;

// From here on the values are a database and a page of table names.

export const TABLES = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, ENGINE as engine, TABLE_ROWS as rowCount,
         DATA_LENGTH as dataBytes, INDEX_LENGTH as indexBytes, CREATE_OPTIONS as options, TABLE_COMMENT as comment
  from information_schema.TABLES where TABLE_SCHEMA = ? and TABLE_NAME in (?)`;

export const COLUMNS = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, COLUMN_NAME as \`column\`, ORDINAL_POSITION as place,
         COLUMN_TYPE as type, DATA_TYPE as dataType, IS_NULLABLE as nullable, COLUMN_DEFAULT as defaultValue,
         EXTRA as extra, GENERATION_EXPRESSION as expression, COLUMN_COMMENT as comment
  from information_schema.COLUMNS where TABLE_SCHEMA = ? and TABLE_NAME in (?)`;

export const FOREIGN_KEYS = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, CONSTRAINT_NAME as constraintName, COLUMN_NAME as \`column\`,
         ORDINAL_POSITION as place, REFERENCED_TABLE_SCHEMA as targetDatabase, REFERENCED_TABLE_NAME as targetName,
         REFERENCED_COLUMN_NAME as targetColumn
  from information_schema.KEY_COLUMN_USAGE
  where TABLE_SCHEMA = ? and TABLE_NAME in (?) and REFERENCED_TABLE_NAME is not null`;

/** MySQL's table does not say whose check it is. */
export const checks = (dialect: Dialect): string =>
  dialect.family === 'mariadb'
    ? `
  select CONSTRAINT_SCHEMA as db, TABLE_NAME as name, CONSTRAINT_NAME as constraintName, CHECK_CLAUSE as expression
  from information_schema.CHECK_CONSTRAINTS where CONSTRAINT_SCHEMA = ? and TABLE_NAME in (?)`
    : `
  select con.TABLE_SCHEMA as db, con.TABLE_NAME as name, con.CONSTRAINT_NAME as constraintName, chk.CHECK_CLAUSE as expression
  from information_schema.TABLE_CONSTRAINTS con
  join information_schema.CHECK_CONSTRAINTS chk
    on chk.CONSTRAINT_SCHEMA = con.CONSTRAINT_SCHEMA and chk.CONSTRAINT_NAME = con.CONSTRAINT_NAME
  where con.TABLE_SCHEMA = ? and con.TABLE_NAME in (?) and con.CONSTRAINT_TYPE = 'CHECK'`;

export const indexes = (dialect: Dialect): string => `
  select TABLE_SCHEMA as db, TABLE_NAME as name, INDEX_NAME as indexName, NON_UNIQUE as nonUnique, SEQ_IN_INDEX as place,
         COLUMN_NAME as \`column\`, SUB_PART as prefix, INDEX_TYPE as method,
         ${dialect.indexExpressions ? 'EXPRESSION' : 'null'} as expression
  from information_schema.STATISTICS where TABLE_SCHEMA = ? and TABLE_NAME in (?)`;

export const VIEWS = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, VIEW_DEFINITION as definition, DEFINER as definer
  from information_schema.VIEWS where TABLE_SCHEMA = ? and TABLE_NAME in (?)`;

export const TABLE_GRANTS = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, GRANTEE as grantee, PRIVILEGE_TYPE as privilege,
         IS_GRANTABLE as grantable, null as \`column\`
  from information_schema.TABLE_PRIVILEGES where TABLE_SCHEMA = ? and TABLE_NAME in (?)`;

export const COLUMN_GRANTS = `
  select TABLE_SCHEMA as db, TABLE_NAME as name, GRANTEE as grantee, PRIVILEGE_TYPE as privilege,
         IS_GRANTABLE as grantable, COLUMN_NAME as \`column\`
  from information_schema.COLUMN_PRIVILEGES where TABLE_SCHEMA = ? and TABLE_NAME in (?)`;
