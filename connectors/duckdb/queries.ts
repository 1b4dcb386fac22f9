import { z } from 'zod';
import type { Query } from './engine.ts';

/** `$1` is a JSON list of schemas. The catalog functions list all attached databases, so each is filtered by ours, too. */
const HERE = `database_name = current_database() and schema_name in (select unnest(from_json($1, '["varchar"]')))`;
const count = z.coerce.number().int().nonnegative();
const names = z.array(z.string());

export type VersionRow = { readonly version: string; readonly database: string };
export const VERSION: Query<VersionRow> = {
  sql: 'select version() as version, current_database() as database',
  row: z.object({ version: z.string(), database: z.string() }),
};

/** Every database has a schema `main`; while nothing is in it, it is no news. */
export const SCHEMAS: Query<{ readonly schema_name: string }> = {
  sql: `
    select schema_name from duckdb_schemas() as s
    where database_name = current_database() and schema_name not in ('information_schema', 'pg_catalog')
      and (schema_name <> 'main'
        or exists (from duckdb_tables() as t where t.schema_oid = s.oid and t.database_name = s.database_name)
        or exists (from duckdb_views() as v where v.schema_oid = s.oid and v.database_name = s.database_name and not v.internal))
    order by schema_name`,
  row: z.object({ schema_name: z.string() }),
};

export type TableRow = {
  readonly schema_name: string;
  readonly name: string;
  readonly comment: string | null;
  readonly sql: string;
  /** Null for views. */
  readonly estimated_size: number | null;
};
export const TABLES_AND_VIEWS: Query<TableRow> = {
  sql: `
    select schema_name, table_name as name, comment, coalesce(sql, '') as sql, estimated_size from duckdb_tables() where ${HERE}
    union all
    select schema_name, view_name, comment, coalesce(sql, ''), null from duckdb_views() where ${HERE} and not internal`,
  row: z.object({
    schema_name: z.string(),
    name: z.string(),
    comment: z.string().nullable(),
    sql: z.string(),
    estimated_size: count.nullable(),
  }),
};

export type ColumnRow = {
  readonly schema_name: string;
  readonly table_name: string;
  readonly column_name: string;
  readonly column_index: number;
  readonly data_type: string;
  readonly is_nullable: boolean;
  readonly column_default: string | null;
  readonly comment: string | null;
};
export const COLUMNS: Query<ColumnRow> = {
  sql: `
    select schema_name, table_name, column_name, column_index, data_type, is_nullable, column_default, comment
    from duckdb_columns() where ${HERE} and not internal
    order by table_name, column_index`,
  row: z.object({
    schema_name: z.string(),
    table_name: z.string(),
    column_name: z.string(),
    column_index: count,
    data_type: z.string(),
    is_nullable: z.boolean(),
    column_default: z.string().nullable(),
    comment: z.string().nullable(),
  }),
};

export type ConstraintRow = {
  readonly schema_name: string;
  readonly table_name: string;
  readonly constraint_type: string;
  readonly constraint_name: string | null;
  readonly expression: string | null;
  readonly columns: readonly string[];
  readonly referenced_table: string | null;
  readonly referenced_columns: readonly string[];
};
export const CONSTRAINTS: Query<ConstraintRow> = {
  sql: `
    select schema_name, table_name, constraint_type, constraint_name, expression, constraint_column_names as columns,
      referenced_table, coalesce(referenced_column_names, []) as referenced_columns
    from duckdb_constraints() where ${HERE} and constraint_type <> 'NOT NULL'
    order by table_name, constraint_index`,
  row: z.object({
    schema_name: z.string(),
    table_name: z.string(),
    constraint_type: z.string(),
    constraint_name: z.string().nullable(),
    expression: z.string().nullable(),
    columns: names,
    referenced_table: z.string().nullable(),
    referenced_columns: names,
  }),
};

export type IndexRow = {
  readonly schema_name: string;
  readonly table_name: string;
  readonly index_name: string;
  readonly is_unique: boolean;
  readonly keys: readonly string[];
};
export const INDEXES: Query<IndexRow> = {
  // The expressions come as the text of a list, which only DuckDB itself can take apart safely.
  sql: `
    select schema_name, table_name, index_name, is_unique, expressions::varchar[] as keys
    from duckdb_indexes() where ${HERE}
    order by table_name, index_name`,
  row: z.object({ schema_name: z.string(), table_name: z.string(), index_name: z.string(), is_unique: z.boolean(), keys: names }),
};

/** Compiles when all these views do. Nothing is run, and a view that reads files fails because files are closed to it. */
export const bindsAll = (schema: string, views: readonly string[]): string =>
  views.map((view) => `select 1 from ${quoted(schema)}.${quoted(view)} where false`).join(' union all ');

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
