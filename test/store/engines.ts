import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { EngineDatabase } from '../../kernel/db/engineDatabase.ts';
import { migrate } from '../../kernel/db/migrate.ts';
import { readMigrations } from '../../kernel/db/migrationFiles.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { openMemoryPglite } from '../../kernel/db/pglite.ts';
import { pgliteEngine } from '../../kernel/db/pgliteEngine.ts';
import { packageRoot } from '../../kernel/root.ts';

export type EngineName = Database['engine'];

/** Opens the suite's database, migrated; the same one at every call. It is closed and dropped after the suite. */
export type OpenDatabase = () => Promise<Database>;

export interface SuiteOptions {
  /** The folder of migrations to apply: the program's own unless given. */
  readonly migrations?: string;
}

/** For suites about the database itself: a folder without migrations. */
export const NO_MIGRATIONS = path.join(packageRoot, 'kernel/db');

const SERVER_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const PROBE_TIMEOUT_MS = 1_000;
const MIGRATIONS = path.join(packageRoot, 'migrations');

/**
 * Declares the same suite for PGlite and for PostgreSQL. Without a PostgreSQL server the second one is skipped on a
 * developer's machine; in CI it fails, unless CADASTRE_SKIP_POSTGRES=1 says that this is meant.
 */
export function describeOnEngines(
  name: string,
  suite: (open: OpenDatabase, engine: EngineName) => void,
  { migrations = MIGRATIONS }: SuiteOptions = {},
): void {
  describe(`${name} (pglite)`, () =>
    suite(
      onceForSuite(() => openMigratedMemory(migrations)),
      'pglite',
    ));
  describe.skipIf(skipPostgres)(`${name} (postgres)`, () =>
    suite(
      onceForSuite(() => openFreshPostgres(migrations)),
      'postgres',
    ),
  );
}

/** Empties every table but those that migrations fill for good, so that tests of one suite do not see each other's rows. */
export async function resetData(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const tables = await tx.query<{ name: string }>(`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')
        and (schemaname, tablename) not in (('kernel', 'migration'), ('kernel', 'approval_transition'))`);
    // Append-only tables refuse TRUNCATE by trigger; here it is meant.
    await tx.query(`set local session_replication_role = replica`);
    if (tables.length > 0) await tx.query(`truncate ${tables.map((table) => table.name).join(', ')} restart identity cascade`);
  });
}

/** A database of the test server, for tests that connect a second time or under another name. */
export function postgresUrl(database: string, user?: string): string {
  const url = new URL(SERVER_URL);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  return url.href;
}

type Opened = readonly [Database, dispose: () => Promise<void>];

function onceForSuite(openNew: () => Promise<Opened>): OpenDatabase {
  let opening: Promise<Opened> | undefined;
  afterAll(async () => {
    const [db, dispose] = (await opening) ?? [];
    await db?.close();
    await dispose?.();
  });
  return async () => (await (opening ??= openNew()))[0];
}

/** Creating a database in memory takes seconds, so a migrated one is kept as a file and copied. */
async function openMigratedMemory(migrations: string): Promise<Opened> {
  const file = await snapshotPath(migrations);
  const cached = await readFile(file).catch(() => undefined);
  const snapshot = cached === undefined ? await makeSnapshot(migrations, file) : new Blob([cached]);
  return [new EngineDatabase(pgliteEngine(await openMemoryPglite(snapshot))), async () => {}];
}

async function makeSnapshot(migrations: string, file: string): Promise<Blob> {
  const running = await openMemoryPglite();
  const db = new EngineDatabase(pgliteEngine(running));
  await migrate(db, migrations);
  await db.query('checkpoint');
  const snapshot = await running.lite.dumpDataDir('none');
  await db.close();
  await mkdir(path.dirname(file), { recursive: true });
  await forgetOld(path.dirname(file));
  // Renamed when complete, since suites run at once.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await snapshot.arrayBuffer()));
  await rename(unfinished, file);
  return snapshot;
}

async function snapshotPath(migrations: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, digest } of await readMigrations(migrations)) hash.update(name).update(digest);
  for (const source of ['kernel/db/migrate.ts', 'node_modules/@electric-sql/pglite/package.json']) {
    hash.update(await readFile(path.join(packageRoot, source)));
  }
  return path.join(packageRoot, 'node_modules/.cache/cadastre', `${hash.digest('hex').slice(0, 16)}.tar`);
}

/** Snapshots of 40 MB gather quickly while migrations are written. */
async function forgetOld(folder: string): Promise<void> {
  const dayAgo = Date.now() - 86_400_000;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    // Another suite may have renamed or removed it by now.
    const touched = await stat(file).catch(() => undefined);
    if (touched !== undefined && touched.mtimeMs < dayAgo) await rm(file, { force: true });
  }
}

async function openFreshPostgres(migrations: string): Promise<Opened> {
  const name = `cadastre_test_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
  await onServer(`create database ${name}`);
  const db = await openDatabase({ url: postgresUrl(name) });
  await migrate(db, migrations);
  return [db, () => onServer(`drop database ${name} with (force)`)];
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER_URL, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function probe(): Promise<boolean> {
  const skip = process.env['CADASTRE_SKIP_POSTGRES'] === '1';
  if (skip) return true;
  const reachable = await onServer('select 1').then(
    () => true,
    () => false,
  );
  if (reachable || process.env['CI'] === 'true') return false;
  console.warn(`No PostgreSQL at ${new URL(SERVER_URL).host}: its suites are skipped. Start one, or set TEST_DATABASE_URL.`);
  return true;
}

const skipPostgres = await probe();
