import { scopeKey } from '../connector.ts';
import type { CrawlItem, CrawlOptions, SourceReport } from '../connector.ts';
import type { ContainerRecord, ContainerSubtype } from '../record.ts';
import { crawlListings } from '../listing.ts';
import type { Listed, Listing } from '../listing.ts';
import { errorLine } from './engine.ts';
import type { Engine } from './engine.ts';
import { datasets } from './map.ts';
import { bindsAll, SCHEMAS } from './queries.ts';
import type { TableRow } from './queries.ts';
import { readerOf } from './schemaRows.ts';
import type { SchemaRows } from './schemaRows.ts';

/** An open database, under the name that its datasets carry. */
export interface Database {
  readonly engine: Engine;
  readonly name: string;
}

export async function inspectDatabase(database: Database, signal: AbortSignal): Promise<SourceReport> {
  const schemas = await schemasOf(database, signal);
  return { scopes: schemas.map((schema) => ({ scope: [database.name, schema], readable: true, reason: null })), readOnly: true };
}

export async function* crawlDatabase(database: Database, options: CrawlOptions): AsyncGenerator<CrawlItem, void, undefined> {
  const schemas = await schemasOf(database, options.signal);
  const wanted = schemas.filter((schema) => !options.skip.has(scopeKey([database.name, schema])));
  const rowsOf = readerOf(database.engine, wanted, options.signal);
  const containers = [
    container('DATABASE', [database.name]),
    ...schemas.map((schema) => container('SCHEMA', [database.name, schema])),
  ];
  const listings: Listing[] = [
    { scope: [], list: async () => ({ records: containers, reason: null }) },
    ...wanted.map((schema) => ({
      scope: [database.name, schema],
      list: async (signal: AbortSignal) => listSchema(database, schema, await rowsOf(schema), signal),
    })),
  ];
  yield* crawlListings(listings, options, (error) => `DuckDB says: ${errorLine(error)}`);
}

const schemasOf = async ({ engine }: Database, signal: AbortSignal): Promise<readonly string[]> =>
  (await engine.rows(SCHEMAS, [], signal)).map((row) => row.schema_name);

async function listSchema({ engine, name }: Database, schema: string, rows: SchemaRows, signal: AbortSignal): Promise<Listed> {
  const problems = await brokenViews(engine, schema, rows.tables, signal);
  return { records: datasets([name, schema], rows, problems), reason: null };
}

const VIEWS_AT_ONCE = 100;

/** Asks for many views at once whether they compile, and for each alone only when one of them does not. */
async function brokenViews(
  engine: Engine,
  schema: string,
  tables: readonly TableRow[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const views = tables.filter((table) => table.estimated_size === null).map((table) => table.name);
  const problems = new Map<string, string>();
  for (let from = 0; from < views.length; from += VIEWS_AT_ONCE) {
    const some = views.slice(from, from + VIEWS_AT_ONCE);
    if ((await engine.complaint(bindsAll(schema, some), signal)) === null) continue;
    for (const view of some) {
      const complaint = await engine.complaint(bindsAll(schema, [view]), signal);
      if (complaint !== null) problems.set(view, complaint);
    }
  }
  return problems;
}

const container = (subtype: ContainerSubtype, path: string[]): ContainerRecord => ({
  kind: 'container',
  subtype,
  path,
  description: null,
  owner: null,
  grants: [],
});
