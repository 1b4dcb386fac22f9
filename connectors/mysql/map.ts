import type {
  ColumnRecord,
  ContainerRecord,
  DatasetRecord,
  DatasetSubtype,
  ForeignKeyRecord,
  GrantRecord,
  IndexRecord,
} from '../record.ts';
import type { Dialect } from './dialect.ts';
import { matchesLike } from './grants.ts';
import type {
  CheckRow,
  ColumnRow,
  DatabaseGrantRow,
  DatabaseRow,
  ForeignKeyRow,
  GrantRow,
  IndexRow,
  TableNameRow,
  TableRow,
  ViewRow,
} from './rows.ts';

/** All that was read about one table or view. */
export interface TableParts {
  readonly listed: TableNameRow;
  readonly table: TableRow;
  readonly columns: readonly ColumnRow[];
  readonly foreignKeys: readonly ForeignKeyRow[];
  readonly checks: readonly CheckRow[];
  readonly indexes: readonly IndexRow[];
  readonly view: ViewRow | undefined;
  readonly grants: readonly GrantRow[];
}

/** Engines whose rows lie on another server or in files that the server does not own. */
const EXTERNAL_ENGINES = new Set(['FEDERATED', 'CONNECT', 'SPIDER', 'S3', 'CSV']);

/** Sequences and the engine's own views are in the same list as tables, and are none. */
export const isDataset = ({ type }: TableNameRow): boolean =>
  type === 'BASE TABLE' || type === 'SYSTEM VERSIONED' || type === 'VIEW';

/** A database has no owner here; privileges on patterns of names count for every name they match. */
export function containerOf({ name, comment }: DatabaseRow, grants: readonly DatabaseGrantRow[]): ContainerRecord {
  const own = grants.filter(({ pattern }) => matchesLike(name, pattern)).map((row) => grantOf({ ...row, column: null }));
  return { kind: 'container', subtype: 'DATABASE', path: [name], description: textOf(comment), owner: null, grants: sorted(own) };
}

export function datasetOf(dialect: Dialect, parts: TableParts): DatasetRecord {
  const { listed, table, columns, foreignKeys, checks, indexes, view, grants } = parts;
  const isView = listed.type === 'VIEW';
  const keys = groupedBy(indexes, (row) => row.indexName);
  const unique = [...keys].filter(([name, rows]) => name !== 'PRIMARY' && isUniqueKey(rows));
  return {
    kind: 'dataset',
    subtype: subtypeOf(listed, table),
    path: [listed.db, listed.name],
    description: isView || table.engine === null ? null : textOf(table.comment),
    owner: view?.definer ?? null,
    columns: byPlace(columns).map((row, index) => columnOf(dialect, row, index, isView)),
    primaryKey: keys.has('PRIMARY') ? byPlace(keys.get('PRIMARY') ?? []).flatMap((row) => row.column ?? []) : null,
    uniqueKeys: unique.map(([, rows]) => byPlace(rows).flatMap((row) => row.column ?? [])),
    foreignKeys: [...groupedBy(foreignKeys, (row) => row.constraintName)].map(([name, rows]) =>
      foreignKeyOf(name, byPlace(rows)),
    ),
    checks: checks
      .map(({ constraintName, expression }) => ({ name: constraintName, expression }))
      .toSorted((a, b) => compare(a.name, b.name)),
    indexes: [...keys].map(([name, rows]) => indexOf(name, byPlace(rows))),
    grants: sorted(grants.map(grantOf)),
    definition: textOf(view?.definition ?? null),
    problem: isView ? problemOfView(table, view) : table.engine === null ? textOf(table.comment) : null,
    statistics: { rowCountEstimate: isView ? null : numberOf(table.rowCount), sizeBytes: isView ? null : sizeOf(table) },
  };
}

function subtypeOf({ type }: TableNameRow, { engine, options }: TableRow): DatasetSubtype {
  if (type === 'VIEW') return 'VIEW';
  if (engine !== null && EXTERNAL_ENGINES.has(engine.toUpperCase())) return 'EXTERNAL_TABLE';
  return options?.includes('partitioned') === true ? 'PARTITIONED_TABLE' : 'TABLE';
}

/** The comment of a view is the word VIEW, unless it no longer compiles: then it is the error. */
function problemOfView({ comment }: TableRow, view: ViewRow | undefined): string | null {
  if (comment !== 'VIEW' && comment !== '') return comment;
  return textOf(view?.definition ?? null) === null ? 'its definition is hidden; grant SHOW VIEW on it to the crawler' : null;
}

function columnOf(dialect: Dialect, row: ColumnRow, index: number, isView: boolean): ColumnRecord {
  const generatedAs = textOf(row.expression);
  return {
    name: row.column,
    ordinal: index + 1,
    nativeType: row.type,
    nullable: row.nullable === 'YES',
    // For the columns of views the engine shows the defaults of a temporary table that nobody ever fills.
    defaultValue: isView || generatedAs !== null ? null : defaultOf(dialect, row),
    description: textOf(row.comment),
    generatedAs,
  };
}

/** MariaDB prints an SQL expression, and NULL for none; MySQL prints the bare value of a literal, so it is quoted here. */
function defaultOf({ family }: Dialect, { defaultValue, extra, dataType }: ColumnRow): string | null {
  if (extra.includes('auto_increment')) return 'auto_increment';
  if (defaultValue === null) return null;
  if (family === 'mariadb') return defaultValue === 'NULL' ? null : defaultValue;
  const isExpression = extra.includes('DEFAULT_GENERATED') || /^(CURRENT_TIMESTAMP|b')/.test(defaultValue);
  return isExpression || NUMERIC.has(dataType) ? defaultValue : `'${defaultValue.replaceAll("'", "''")}'`;
}

const NUMERIC = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'bit', 'year']);

function foreignKeyOf(name: string, rows: readonly ForeignKeyRow[]): ForeignKeyRecord {
  const [first] = rows;
  const path = first === undefined ? [] : [first.targetDatabase, first.targetName];
  return { name, columns: rows.map((row) => row.column), references: { path, columns: rows.map((row) => row.targetColumn) } };
}

const isUniqueKey = (rows: readonly IndexRow[]): boolean =>
  rows.every(({ nonUnique, column, prefix }) => Number(nonUnique) === 0 && column !== null && prefix === null);

function indexOf(name: string, rows: readonly IndexRow[]): IndexRecord {
  const [first] = rows;
  const keys = rows.map(({ column, prefix, expression }) =>
    column === null ? (expression ?? '') : prefix === null ? column : `${column}(${prefix})`,
  );
  return {
    name,
    keys,
    unique: Number(first?.nonUnique ?? 1) === 0,
    method: first?.method.toLowerCase() ?? null,
    predicate: null,
  };
}

const grantOf = ({
  grantee,
  privilege,
  grantable,
  column,
}: Pick<GrantRow, 'grantee' | 'privilege' | 'grantable' | 'column'>): GrantRecord => ({
  grantee,
  privilege: column === null ? privilege : `${privilege} (${column})`,
  grantable: grantable === 'YES',
});

const sorted = (grants: readonly GrantRecord[]): GrantRecord[] =>
  grants.toSorted((a, b) => compare(a.grantee, b.grantee) || compare(a.privilege, b.privilege));

const byPlace = <Row extends { readonly place: string | number }>(rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => Number(a.place) - Number(b.place));

/** Groups in the order of their keys, so that the engine's order never looks like a change. */
export function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return new Map([...groups].toSorted(([a], [b]) => compare(a, b)));
}

/** By code units, the order that crawls promise. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const textOf = (text: string | null): string | null => (text === '' ? null : text);

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

const sizeOf = ({ dataBytes, indexBytes }: TableRow): number | null =>
  dataBytes === null && indexBytes === null ? null : Number(dataBytes ?? 0) + Number(indexBytes ?? 0);
