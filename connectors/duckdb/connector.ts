import { resolve } from 'node:path';
import { z } from 'zod';
import type { Connector, SourceSession } from '../connector.ts';
import { pathFromUrl } from '../fileUrl.ts';
import { crawlDatabase, inspectDatabase } from './crawl.ts';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { VERSION } from './queries.ts';
import { refused, requireFile } from './unavailable.ts';

const EXAMPLE = 'duckdb:///srv/warehouse.duckdb';

export const duckdbConfig = z.strictObject({ path: z.string().min(1).max(4096) });
export type DuckdbConfig = z.infer<typeof duckdbConfig>;

/** A DuckDB database file. */
export const duckdbConnector: Connector<DuckdbConfig> = {
  platform: 'duckdb',
  identifiers: 'insensitive',
  config: duckdbConfig,
  secrets: [],
  fromUrl: (url) => ({ path: pathFromUrl(url, ['duckdb:'], EXAMPLE) }),
  open: async ({ path }, signal) => {
    const file = resolve(path);
    // The naming specification has no DuckDB; this is what OpenLineage's dbt integration writes, so that its events meet ours.
    return databaseSession(await openDatabase(file), `duckdb://${file}`, signal);
  },
};

/**
 * Opens a database file for reading only, with no way to any other file.
 * @throws Fault SOURCE_UNAVAILABLE
 */
export async function openDatabase(file: string): Promise<Engine> {
  await requireFile(file, 'For a folder of Parquet and CSV files use files:///absolute/folder.');
  try {
    return await openEngine(file, { settings: { access_mode: 'READ_ONLY' }, folder: null });
  } catch (error) {
    throw refused(file, error);
  }
}

/** A session on an engine, which it owns from now on. `name` replaces the database's own name in all paths. */
export async function databaseSession(
  engine: Engine,
  namespace: string,
  signal: AbortSignal,
  name?: string,
): Promise<SourceSession> {
  try {
    const [version] = await engine.rows(VERSION, [], signal);
    const database = { engine, name: name ?? version?.database ?? 'main' };
    return {
      namespace,
      engine: `DuckDB ${version?.version.replace(/^v/, '') ?? 'of unknown version'}`,
      inspect: (asked) => inspectDatabase(database, asked),
      crawl: (options) => crawlDatabase(database, options),
      close: async () => engine.close(),
    };
  } catch (error) {
    engine.close();
    throw error;
  }
}
