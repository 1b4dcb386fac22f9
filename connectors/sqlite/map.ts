import type { ColumnRecord, DatasetRecord, ForeignKeyRecord, IndexRecord } from '../record.ts';
import type { Catalog } from './catalog.ts';
import { createIndex } from './createIndex.ts';
import { createTable } from '../ddl/createTable.ts';
import type { CreateTable } from '../ddl/createTable.ts';
import { definingQuery } from '../ddl/createView.ts';
import { grouped } from '../grouped.ts';
import type { ColumnRow, ForeignKeyRow, IndexRow, ObjectRow } from './queries.ts';

/** The rows about one table or view. */
interface Parts {
  readonly object: ObjectRow;
  readonly columns: readonly ColumnRow[];
  readonly foreignKeys: readonly ForeignKeyRecord[];
  readonly indexes: readonly IndexRow[];
}

export function datasets(schema: string, catalog: Catalog): readonly DatasetRecord[] {
  const columns = grouped(catalog.columns, (row) => row.table);
  const foreignKeys = grouped(catalog.foreignKeys, (row) => row.table);
  const indexes = grouped(catalog.indexes, (row) => row.table);
  const rowCounts = new Map(catalog.statistics.map((row) => [row.table, Math.max(0, row.rows)]));
  // Names are the same in any case, and a foreign key may spell its target otherwise than its table does.
  const spelling = new Map(catalog.objects.map((object) => [folded(object.name), object.name]));
  const targetOf = (row: ForeignKeyRow) => spelling.get(folded(row.target)) ?? row.target;
  return catalog.objects.map((object) => {
    const keys = grouped(foreignKeys(object.name), (row) => String(row.id));
    const ids = [...new Set(foreignKeys(object.name).map((row) => String(row.id)))];
    return {
      ...dataset(schema, {
        object,
        columns: columns(object.name),
        foreignKeys: ids.map((id) =>
          foreignKey(schema, keys(id), (row) => [targetOf(row), primaryKey(columns(targetOf(row))) ?? []]),
        ),
        indexes: indexes(object.name),
      }),
      problem: catalog.problems.get(object.name) ?? null,
      statistics: { rowCountEstimate: rowCounts.get(object.name) ?? null, sizeBytes: null },
    };
  });
}

function dataset(
  schema: string,
  { object, columns, foreignKeys, indexes }: Parts,
): Omit<DatasetRecord, 'problem' | 'statistics'> {
  const isView = object.type === 'view';
  const ddl = isView ? null : createTable(object.sql, 'sqlite');
  const byIndex = grouped(indexes, (row) => row.index);
  const groups = [...new Set(indexes.map((row) => row.index))].map(byIndex);
  const key = primaryKey(columns);
  return {
    kind: 'dataset',
    subtype: isView ? 'VIEW' : 'TABLE',
    path: [schema, object.name],
    description: ddl?.description ?? null,
    owner: null,
    columns: columns.filter((row) => row.hidden !== 1).map((row, at) => column(row, at + 1, ddl, isRowid(row, key, object))),
    primaryKey: key,
    uniqueKeys: groups.filter((rows) => rows[0]?.origin === 'u').map((rows) => rows.map((row) => row.key ?? '')),
    foreignKeys: [...foreignKeys],
    checks: (ddl?.checks ?? []).map((check) => ({ ...check })),
    indexes: groups.filter((rows) => rows[0]?.origin === 'c').map(index),
    grants: [],
    definition: isView ? definingQuery(object.sql, 'sqlite') : null,
  };
}

function column(row: ColumnRow, ordinal: number, ddl: CreateTable | null, isRowid: boolean): ColumnRecord {
  const told = ddl?.columns.get(row.name);
  return {
    name: row.name,
    ordinal,
    nativeType: row.type,
    nullable: row.notnull === 0 && !isRowid,
    defaultValue: row.dflt_value,
    description: told?.description ?? null,
    generatedAs: row.hidden > 1 ? (told?.generatedAs ?? null) : null,
  };
}

function primaryKey(columns: readonly ColumnRow[]): string[] | null {
  const keys = columns.filter((row) => row.pk > 0).sort((a, b) => a.pk - b.pk);
  return keys.length === 0 ? null : keys.map((row) => row.name);
}

/** `INTEGER PRIMARY KEY` is the row's own number and never null; any other primary key may be, unless it says NOT NULL. */
const isRowid = (row: ColumnRow, key: readonly string[] | null, object: ObjectRow): boolean =>
  object.type === 'table' && key?.length === 1 && row.pk === 1 && row.type.toUpperCase() === 'INTEGER';

function foreignKey(
  schema: string,
  rows: readonly ForeignKeyRow[],
  target: (row: ForeignKeyRow) => readonly [name: string, primaryKey: readonly string[]],
): ForeignKeyRecord {
  const columns = rows.map((row) => row.from);
  const [name, key] = rows[0] === undefined ? ['', []] : target(rows[0]);
  return {
    // SQLite does not tell the names of constraints.
    name: `foreign key (${columns.join(', ')})`,
    columns,
    references: { path: [schema, name], columns: rows.map((row, at) => row.to ?? key[at] ?? '').filter((to) => to !== '') },
  };
}

function index(rows: readonly IndexRow[]): IndexRecord {
  const [first] = rows;
  const ddl = createIndex(first?.sql ?? '');
  return {
    name: first?.index ?? '',
    keys: rows.map((row, at) => row.key ?? ddl.keys[at] ?? ''),
    unique: first?.unique === 1,
    method: 'btree',
    predicate: ddl.predicate,
  };
}

/** SQLite folds ASCII only. */
const folded = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
