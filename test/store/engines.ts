import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe, inject } from 'vitest';
import type { Database, Queryable } from '../../kernel/db/database.ts';
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

type Suite = (open: OpenDatabase, engine: EngineName) => void;

export interface SuiteOptions {
  /** The folder of migrations to apply: the program's own unless given. */
  readonly migrations?: string;
  /** For suites that change more than rows: nobody has this database before or after. */
  readonly ownDatabase?: boolean;
}

/** For suites about the database itself: a folder without migrations. */
export const NO_MIGRATIONS = path.join(packageRoot, 'kernel/db');

const SERVER_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const PROBE_TIMEOUT_MS = 1_000;
/** A server that is there answers late when it drops databases. */
const CONNECT_TIMEOUT_MS = 20_000;
const MIGRATIONS = path.join(packageRoot, 'migrations');

/**
 * Declares the same suite for PGlite and for PostgreSQL. Without a PostgreSQL server the second one is skipped on a
 * developer's machine; in CI it fails, unless CADASTRE_SKIP_POSTGRES=1 says that this is meant.
 */
export function describeOnEngines(
  name: string,
  suite: Suite,
  { migrations = MIGRATIONS, ownDatabase = migrations !== MIGRATIONS }: SuiteOptions = {},
): void {
  describe(`${name} (pglite)`, () => onPglite(suite, migrations));
  describe.skipIf(skipPostgres)(`${name} (postgres)`, () => onPostgres(suite, postgresFor(migrations, ownDatabase)));
}

/** For long suites about what both engines do alike: on PostgreSQL, and where there is none, on PGlite. */
export function describeOnOneEngine(
  name: string,
  suite: Suite,
  { ownDatabase = false }: Pick<SuiteOptions, 'ownDatabase'> = {},
): void {
  describe(name, () => (skipPostgres ? onPglite(suite, MIGRATIONS) : onPostgres(suite, postgresFor(MIGRATIONS, ownDatabase))));
}

const postgresFor = (migrations: string, ownDatabase: boolean): (() => Promise<Opened>) =>
  ownDatabase ? () => openFreshPostgres(migrations) : openMigratedPostgres;

const onPglite = (suite: Suite, migrations: string): void =>
  suite(
    onceForSuite(() => openMigratedMemory(migrations)),
    'pglite',
  );
const onPostgres = (suite: Suite, openNew: () => Promise<Opened>): void => suite(onceForSuite(openNew), 'postgres');

/** Empties every table but those that migrations fill for good, so that tests of one suite do not see each other's rows. */
export async function resetData(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    // Append-only tables refuse this by trigger; here it is meant. TRUNCATE makes new files, which takes longer than all tests do.
    await tx.query(`set local session_replication_role = replica`);
    for (const { name } of await filledTables(tx)) await tx.query(`delete from ${name}`);
    await tx.query(`
      select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences
      where last_value is not null`);
  });
}

/** Tables with rows, but for those that migrations fill for good. */
async function filledTables(db: Queryable): Promise<readonly { readonly name: string }[]> {
  const tables = await db.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')
      and (schemaname, tablename) not in (('kernel', 'migration'), ('kernel', 'approval_transition'))`);
  if (tables.length === 0) return [];
  return db.query<{ name: string }>(
    tables.map(({ name }) => `(select '${name}' as name from ${name} limit 1)`).join(' union all '),
  );
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
  const name = await newDatabase();
  const db = await openDatabase({ url: postgresUrl(name) });
  await migrate(db, migrations);
  return [db, () => onServer(`drop database ${name} with (force)`)];
}

async function newDatabase(): Promise<string> {
  const name = `${inject('databases')}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  await onServer(`create database ${name}`);
  await onServer(`alter database ${name} set synchronous_commit = off`);
  return name;
}

/** Databases of this process that no suite uses now: making, migrating and dropping one takes longer than most suites. */
const idle: { readonly name: string; readonly migrated: Filled }[] = [];

async function openMigratedPostgres(): Promise<Opened> {
  const { name, migrated } = idle.pop() ?? { name: await newDatabase(), migrated: undefined };
  const db = await openDatabase({ url: postgresUrl(name) });
  if (migrated === undefined) await migrate(db, MIGRATIONS);
  else await refill(db, migrated);
  const left = migrated ?? (await filledBy(db));
  return [db, async () => void idle.push({ name, migrated: left })];
}

/** What migrations leave in tables, and where they leave sequences. */
interface Filled {
  readonly rows: readonly { readonly table: string; readonly rows: string }[];
  readonly sequences: readonly { readonly name: string; readonly value: string }[];
}

async function filledBy(db: Database): Promise<Filled> {
  const rows: { table: string; rows: string }[] = [];
  for (const { name: table } of await filledTables(db)) {
    const [row] = await db.query<{ rows: string }>(`select json_agg(t)::text as rows from ${table} t`);
    if (row !== undefined) rows.push({ table, rows: row.rows });
  }
  const sequences = await db.query<{ name: string; value: string }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value::text as value from pg_sequences where last_value is not null`,
  );
  return { rows, sequences };
}

async function refill(db: Database, { rows, sequences }: Filled): Promise<void> {
  await resetData(db);
  await db.transaction(async (tx) => {
    await tx.query(`set local session_replication_role = replica`);
    for (const filled of rows)
      await tx.query(
        `insert into ${filled.table} overriding system value select * from json_populate_recordset(null::${filled.table}, $1::json)`,
        [filled.rows],
      );
    for (const { name, value } of sequences) await tx.query('select setval($1::regclass, $2::bigint)', [name, value]);
  });
}

async function onServer(statement: string, connectionTimeoutMillis = CONNECT_TIMEOUT_MS): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER_URL, connectionTimeoutMillis });
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
  const reachable = await onServer('select 1', PROBE_TIMEOUT_MS).then(
    () => true,
    () => false,
  );
  if (reachable || process.env['CI'] === 'true') return false;
  console.warn(`No PostgreSQL at ${new URL(SERVER_URL).host}: its suites are skipped. Start one, or set TEST_DATABASE_URL.`);
  return true;
}

const skipPostgres = await probe();
