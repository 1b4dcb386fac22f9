import { grouped } from '../grouped.ts';
import type { Engine } from './engine.ts';
import { COLUMNS, CONSTRAINTS, INDEXES, TABLES_AND_VIEWS } from './queries.ts';
import type { ColumnRow, ConstraintRow, IndexRow, TableRow } from './queries.ts';

/** All rows about one schema. */
export interface SchemaRows {
  readonly tables: readonly TableRow[];
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
}

type BySchema = (schema: string) => SchemaRows;

/** Every question makes DuckDB list the whole database, so a thousand schemas must not mean a thousand questions. */
const GROUPS_MAX = 4;

/**
 * Reads schemas in a few groups, each when the first of its schemas is asked for. Where a group cannot be read, its
 * schemas are read one by one, so that only the one that is to blame is missing.
 */
export function readerOf(
  engine: Engine,
  schemas: readonly string[],
  signal: AbortSignal,
): (schema: string) => Promise<SchemaRows> {
  const size = Math.ceil(schemas.length / GROUPS_MAX);
  const groupOf = new Map(schemas.map((schema, at) => [schema, Math.floor(at / size)]));
  let current: { readonly group: number; readonly rows: BySchema | null } | null = null;
  return async (schema) => {
    const group = groupOf.get(schema) ?? -1;
    if (current?.group !== group) {
      const names = schemas.filter((each) => groupOf.get(each) === group);
      current = { group, rows: await read(engine, names, signal).catch(() => null) };
      signal.throwIfAborted();
    }
    const rows = current.rows ?? (await read(engine, [schema], signal));
    return rows(schema);
  };
}

async function read(engine: Engine, schemas: readonly string[], signal: AbortSignal): Promise<BySchema> {
  const names = [JSON.stringify(schemas)];
  const tables = grouped(await engine.rows(TABLES_AND_VIEWS, names, signal), schemaOf);
  const columns = grouped(await engine.rows(COLUMNS, names, signal), schemaOf);
  const constraints = grouped(await engine.rows(CONSTRAINTS, names, signal), schemaOf);
  const indexes = grouped(await engine.rows(INDEXES, names, signal), schemaOf);
  return (schema) => ({
    tables: tables(schema),
    columns: columns(schema),
    constraints: constraints(schema),
    indexes: indexes(schema),
  });
}

const schemaOf = (row: { readonly schema_name: string }): string => row.schema_name;
