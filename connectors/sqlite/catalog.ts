import type { Database } from 'node-sqlite3-wasm';
import { z } from 'zod';
import {
  COLUMNS_OF_ONE,
  FOREIGN_KEYS,
  HAS_STATISTICS,
  INDEXES,
  OBJECTS,
  STATISTICS,
  TABLE_COLUMNS,
  VERSION,
  VIEW_COLUMNS,
} from './queries.ts';
import type { ColumnRow, ForeignKeyRow, IndexRow, ObjectRow, Query, StatisticsRow } from './queries.ts';

/** All that SQLite says about one database. */
export interface Catalog {
  readonly objects: readonly ObjectRow[];
  readonly columns: readonly ColumnRow[];
  readonly foreignKeys: readonly ForeignKeyRow[];
  readonly indexes: readonly IndexRow[];
  readonly statistics: readonly StatisticsRow[];
  /** Why a table or view could not be described, by its name. */
  readonly problems: ReadonlyMap<string, string>;
}

export const versionOf = (database: Database): string => rows(database, VERSION)[0]?.version ?? 'of unknown version';

/** A handful of questions, however many tables there are; only what is broken costs one question each. */
export function readCatalog(database: Database): Catalog {
  const objects = rows(database, OBJECTS);
  const problems = new Map<string, string>();
  const namesOf = (type: ObjectRow['type']) => objects.filter((object) => object.type === type).map((object) => object.name);
  const tables = columns(database, TABLE_COLUMNS, namesOf('table'), problems);
  const views = columns(database, VIEW_COLUMNS, namesOf('view'), problems);
  return {
    objects,
    columns: [...tables, ...views],
    foreignKeys: rows(database, FOREIGN_KEYS),
    indexes: rows(database, INDEXES),
    statistics: (rows(database, HAS_STATISTICS)[0]?.n ?? 0) > 0 ? rows(database, STATISTICS) : [],
    problems,
  };
}

function columns(
  database: Database,
  all: Query<ColumnRow>,
  names: readonly string[],
  problems: Map<string, string>,
): readonly ColumnRow[] {
  try {
    return rows(database, all);
  } catch {
    return names.flatMap((name) => {
      try {
        return rows(database, COLUMNS_OF_ONE, [name]);
      } catch (error) {
        problems.set(name, error instanceof Error ? error.message : String(error));
        return [];
      }
    });
  }
}

const rows = <Row>(database: Database, query: Query<Row>, values: string[] = []): readonly Row[] =>
  z.array(query.row).parse(database.all(query.sql, values));
