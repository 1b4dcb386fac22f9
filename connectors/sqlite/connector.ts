import { resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';
import type { Connector, SourceSession } from '../connector.ts';
import type { ContainerRecord } from '../record.ts';
import { readCatalog, versionOf } from './catalog.ts';
import { pathFromUrl } from '../fileUrl.ts';
import { crawlListings } from '../listing.ts';
import type { Listing } from '../listing.ts';
import { datasets } from './map.ts';
import { readSnapshot } from './snapshot.ts';

const EXAMPLE = 'sqlite:///srv/shop.db';

/** The name that SQLite itself gives to the schema of the file, in SQL as in its catalog. The file's name stands in the namespace. */
const SCHEMA = 'main';

export const sqliteConfig = z.strictObject({ path: z.string().min(1).max(4096) });
export type SqliteConfig = z.infer<typeof sqliteConfig>;

/** A SQLite database file. */
export const sqliteConnector: Connector<SqliteConfig> = {
  platform: 'sqlite',
  identifiers: 'insensitive',
  config: sqliteConfig,
  secrets: [],
  fromUrl: (url) => ({ path: pathFromUrl(url, ['sqlite:'], EXAMPLE) }),
  open: async ({ path }, signal) => {
    const file = resolve(path);
    const version = await readSnapshot(file, signal, (database) => {
      // The first real page read: a damaged file fails here and not in mid-crawl.
      readCatalog(database);
      return versionOf(database);
    }).catch((error: unknown) => {
      throw signal.aborted || error instanceof Fault ? error : damaged(file, error);
    });
    // The naming specification has no SQLite; this follows what OpenLineage writes for DuckDB.
    return sessionOn(file, `sqlite://${file}`, `SQLite ${version}`);
  },
};

/** Holds nothing open: each crawl reads its own snapshot, so that the file can be replaced between two. */
const sessionOn = (file: string, namespace: string, engine: string): SourceSession => ({
  namespace,
  engine,
  inspect: async (signal) => {
    await readSnapshot(file, signal, versionOf);
    return { scopes: [{ scope: [SCHEMA], readable: true, reason: null }], readOnly: true };
  },
  crawl: (options) => crawlListings(listingsOf(file), options, (error) => `SQLite says: ${textOf(error)}`),
  close: async () => undefined,
});

const listingsOf = (file: string): readonly Listing[] => [
  { scope: [], list: async () => ({ records: [CONTAINER], reason: null }) },
  {
    scope: [SCHEMA],
    list: async (signal) => ({ records: datasets(SCHEMA, await readSnapshot(file, signal, readCatalog)), reason: null }),
  },
];

const CONTAINER: ContainerRecord = {
  kind: 'container',
  subtype: 'DATABASE',
  path: [SCHEMA],
  description: null,
  owner: null,
  grants: [],
};

const damaged = (file: string, error: unknown): Fault =>
  new Fault('SOURCE_UNAVAILABLE', {
    public: `${file} cannot be read: ${textOf(error)}. Check it with: sqlite3 ${file} "pragma integrity_check"`,
    internal: String(error),
  });

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
