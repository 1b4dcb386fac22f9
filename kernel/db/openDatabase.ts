import type { Database } from './database.ts';
import { EngineDatabase } from './engineDatabase.ts';
import { pgliteEngine } from './pgliteEngine.ts';
import { openMemoryPglite } from './pglite.ts';
import { openFolder } from './folder/openFolder.ts';
import { postgresEngine } from './postgresEngine.ts';

/** Where the data is: a PostgreSQL server, a folder for the embedded engine, or this process's memory (tests). */
export type DatabaseOptions =
  | { readonly url: string; readonly migrationUrl?: string }
  | { readonly directory: string }
  | { readonly memory: true };

/**
 * Opens the database; the caller closes it, and runs `migrate` before use.
 * @throws Fault CONFIGURATION, STORE_UNAVAILABLE or ALREADY_RUNNING, saying what to do.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if ('memory' in options) return new EngineDatabase(pgliteEngine(await openMemoryPglite()));
  if ('directory' in options) return new EngineDatabase(await openFolder(options.directory));
  const { url, migrationUrl } = options;
  const engine = await postgresEngine(url, 'DATABASE_URL');
  if (migrationUrl === undefined) return new EngineDatabase(engine);
  return new EngineDatabase(engine, async () => new EngineDatabase(await postgresEngine(migrationUrl, 'DATABASE_MIGRATION_URL')));
}
