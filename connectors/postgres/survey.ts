import { Fault } from '../../kernel/fault.ts';
import type { ContainerRecord } from '../record.ts';
import type { PostgresConfig } from './config.ts';
import type { Link } from './link.ts';
import { compare, containerOf } from './map.ts';
import { isChosen } from '../pattern.ts';
import { DATABASES, SCHEMAS, SERVER } from './queries.ts';
import type { DatabaseRow, SchemaRow, ServerRow } from './rows.ts';
import { asFault } from './unavailable.ts';

/** Connections to the databases of one server. */
export interface Source {
  readonly config: PostgresConfig;
  connect(database: string, signal: AbortSignal): Promise<Link>;
}

/** What there is to crawl, in the order in which it will be. */
export interface Survey {
  readonly readOnly: boolean;
  readonly databases: readonly SurveyedDatabase[];
}

export interface SurveyedDatabase {
  readonly name: string;
  /** Null for a database that was asked for and is not there. */
  readonly container: ContainerRecord | null;
  /** Why nothing of it can be read. */
  readonly refusal: string | null;
  readonly schemas: readonly SurveyedSchema[];
}

export interface SurveyedSchema {
  readonly name: string;
  readonly container: ContainerRecord;
  readonly refusal: string | null;
}

/** Finds the databases and their schemas. A database that refuses us is part of the answer; that the first one does is a fault. */
export async function survey(source: Source, signal: AbortSignal): Promise<Survey> {
  const { config } = source;
  const wanted = config.databases === 'all' ? null : (config.databases ?? [config.database]);
  const link = await source.connect(config.database, signal);
  try {
    const snapshot = await link.begin();
    const [server] = await snapshot.rows<ServerRow>(SERVER);
    const rows = await snapshot.rows<DatabaseRow>(DATABASES, [wanted]);
    const databases: SurveyedDatabase[] = absent(wanted, rows);
    for (const row of rows) {
      if (row.name === config.database)
        databases.push(surveyed(row, null, schemasOf(row.name, await snapshot.rows<SchemaRow>(SCHEMAS, [null]), config)));
      else databases.push(await surveyDatabase(source, row, signal));
    }
    await snapshot.end();
    return { readOnly: server?.readOnly === true, databases: databases.toSorted((a, b) => compare(a.name, b.name)) };
  } catch (error) {
    throw asFault(error, config);
  } finally {
    await link.close();
  }
}

async function surveyDatabase(source: Source, row: DatabaseRow, signal: AbortSignal): Promise<SurveyedDatabase> {
  if (!row.open) return surveyed(row, `database ${row.name} takes no connections`, []);
  if (!row.permitted) return surveyed(row, `permission denied for database ${row.name}; ${row.remedy}`, []);
  try {
    const link = await source.connect(row.name, signal);
    try {
      const snapshot = await link.begin();
      return surveyed(row, null, schemasOf(row.name, await snapshot.rows<SchemaRow>(SCHEMAS, [null]), source.config));
    } finally {
      await link.close();
    }
  } catch (error) {
    const fault = asFault(error, { ...source.config, database: row.name });
    if (!(fault instanceof Fault)) throw fault;
    return surveyed(row, fault.message, []);
  }
}

const surveyed = (row: DatabaseRow, refusal: string | null, schemas: readonly SurveyedSchema[]): SurveyedDatabase => ({
  name: row.name,
  container: containerOf('DATABASE', [row.name], row),
  refusal,
  schemas,
});

function schemasOf(database: string, rows: readonly SchemaRow[], config: PostgresConfig): readonly SurveyedSchema[] {
  return rows
    .filter((row) => isChosen(row.name, config.schemas))
    .map((row) => ({
      name: row.name,
      container: containerOf('SCHEMA', [database, row.name], row),
      refusal: row.permitted ? null : denied(row),
    }))
    .toSorted((a, b) => compare(a.name, b.name));
}

/**
 * pg_catalog would show the tables of a schema that the role may not use. To say nothing of them is the honest reading of
 * a missing grant: whoever withheld USAGE did not mean its contents for this role.
 */
export const denied = ({ name, remedy }: SchemaRow): string => `permission denied for schema ${name}; ${remedy}`;

function absent(wanted: readonly string[] | null, rows: readonly DatabaseRow[]): SurveyedDatabase[] {
  const found = new Set(rows.map((row) => row.name));
  return [...new Set(wanted)]
    .filter((name) => !found.has(name))
    .map((name) => ({
      name,
      container: null,
      refusal: `the server has no database ${name}; correct the source's list of databases`,
      schemas: [],
    }));
}
