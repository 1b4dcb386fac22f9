import type { ColumnRecord, DatasetRecord, ForeignKeyRecord, IndexRecord } from '../record.ts';
import { createTable } from '../ddl/createTable.ts';
import type { CreateTable } from '../ddl/createTable.ts';
import { definingQuery } from '../ddl/createView.ts';
import { grouped } from '../grouped.ts';
import type { ColumnRow, ConstraintRow, IndexRow, TableRow } from './queries.ts';
import type { SchemaRows } from './schemaRows.ts';

/** `path` is that of the schema; `problems` says why a view does not compile, by its name. */
export function datasets(
  path: readonly string[],
  rows: SchemaRows,
  problems: ReadonlyMap<string, string>,
): readonly DatasetRecord[] {
  const columns = grouped(rows.columns, (row) => row.table_name);
  const constraints = grouped(rows.constraints, (row) => row.table_name);
  const indexes = grouped(rows.indexes, (row) => row.table_name);
  return rows.tables.map((table) => ({
    ...dataset(path, table, columns(table.name), constraints(table.name)),
    indexes: indexes(table.name).map(index),
    problem: problems.get(table.name) ?? null,
  }));
}

function dataset(
  path: readonly string[],
  table: TableRow,
  columns: readonly ColumnRow[],
  constraints: readonly ConstraintRow[],
): Omit<DatasetRecord, 'indexes' | 'problem'> {
  const isView = table.estimated_size === null;
  const ddl = isView ? null : createTable(table.sql, 'duckdb');
  const of = (type: string): readonly ConstraintRow[] => constraints.filter((row) => row.constraint_type === type);
  const primary = of('PRIMARY KEY')[0];
  return {
    kind: 'dataset',
    subtype: isView ? 'VIEW' : 'TABLE',
    path: [...path, table.name],
    description: table.comment,
    owner: null,
    columns: columns.map((row) => column(row, ddl)),
    primaryKey: primary === undefined ? null : [...primary.columns],
    uniqueKeys: of('UNIQUE').map((row) => [...row.columns]),
    foreignKeys: of('FOREIGN KEY').map((row) => foreignKey(path, row)),
    checks: of('CHECK').map((row) => ({ name: row.constraint_name ?? '', expression: row.expression ?? '' })),
    grants: [],
    definition: isView ? definingQuery(table.sql, 'duckdb') : null,
    statistics: { rowCountEstimate: table.estimated_size, sizeBytes: null },
  };
}

function column(row: ColumnRow, ddl: CreateTable | null): ColumnRecord {
  // The catalog shows the expression of a generated column as if it were a default.
  const generatedAs = ddl?.columns.get(row.column_name)?.generatedAs ?? null;
  return {
    name: row.column_name,
    ordinal: row.column_index,
    nativeType: row.data_type,
    nullable: row.is_nullable,
    defaultValue: generatedAs === null ? row.column_default : null,
    description: row.comment,
    generatedAs,
  };
}

const foreignKey = (path: readonly string[], row: ConstraintRow): ForeignKeyRecord => ({
  name: row.constraint_name ?? '',
  columns: [...row.columns],
  // The engine permits no foreign key into another schema.
  references: { path: [...path, row.referenced_table ?? ''], columns: [...row.referenced_columns] },
});

const index = (row: IndexRow): IndexRecord => ({
  name: row.index_name,
  keys: row.keys.map(plainName),
  unique: row.is_unique,
  method: 'art',
  predicate: null,
});

const plainName = (key: string): string => (/^"(?:[^"]|"")*"$/.test(key) ? key.slice(1, -1).replaceAll('""', '"') : key);
