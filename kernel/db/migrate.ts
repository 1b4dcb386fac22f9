import type { Database, Queryable, Tx } from './database.ts';
import { migrationFault } from './migrationFault.ts';
import { type AppliedMigration, type MigrationFile, pendingMigrations, readMigrations } from './migrationFiles.ts';

export interface MigrationProgress {
  readonly name: string;
  /** Counted from 1 to `total`, over the migrations that were pending. */
  readonly step: number;
  readonly total: number;
}

const STEP_TIMEOUT_MS = 60 * 60_000;
const LOCK = 4_206_901;

/**
 * Brings the database up to the files of `directory`, each in a transaction of its own, and answers the names of
 * those it applied. Two programs that migrate at once take turns.
 * @throws Fault CONFIGURATION when the database is ahead of the files, or a file was changed after it was applied.
 */
export async function migrate(
  db: Database,
  directory: string,
  onProgress: (progress: MigrationProgress) => void = () => {},
): Promise<readonly string[]> {
  const files = await readMigrations(directory);
  const role = await currentRole(db);
  return db.asOwner(async (owner) => {
    await prepare(owner, role);
    const done: string[] = [];
    for (;;) {
      const step = await applyNext(owner, files, role);
      if (step === undefined) return done;
      done.push(step.name);
      onProgress({ name: step.name, step: done.length, total: done.length + step.left });
    }
  });
}

/** Looks again under the lock before each step: another program may have been faster. */
async function applyNext(
  owner: Database,
  files: readonly MigrationFile[],
  role: string,
): Promise<{ name: string; left: number } | undefined> {
  return owner.transaction(
    async (tx) => {
      await lock(tx);
      const applied = await tx.query<AppliedMigration>('select name, digest from kernel.migration order by name');
      const [next, ...rest] = pendingMigrations(files, applied);
      if (next === undefined) return undefined;
      // For migrations that grant or revoke: the role that the program runs as.
      await tx.query(`select set_config('cadastre.application_role', $1, true)`, [role]);
      await apply(tx, next);
      await tx.query('insert into kernel.migration (name, digest, applied_at) values ($1, $2, $3)', [
        next.name,
        next.digest,
        tx.now,
      ]);
      return { name: next.name, left: rest.length };
    },
    { statementTimeoutMs: STEP_TIMEOUT_MS },
  );
}

async function apply(tx: Tx, { name, sql }: MigrationFile): Promise<void> {
  try {
    await tx.query(sql);
  } catch (error) {
    throw migrationFault(name, error);
  }
}

/** What must exist before the first migration can be written down. */
async function prepare(owner: Database, role: string): Promise<void> {
  const grantee = await grantTo(owner, role);
  // A role that may not change the schema can still start on one that is complete.
  if (grantee === undefined && (await isPrepared(owner))) return;
  try {
    await owner.transaction(async (tx) => {
      await lock(tx);
      await tx.query(BOOTSTRAP);
      if (grantee !== undefined) await tx.query(grants(grantee));
    });
  } catch (error) {
    throw migrationFault('bootstrap', error);
  }
}

async function isPrepared(owner: Database): Promise<boolean> {
  const [row] = await owner.query<{ ready: boolean }>(`select to_regclass('kernel.lease') is not null as ready`);
  return row?.ready === true;
}

const BOOTSTRAP = `
  create extension if not exists pg_trgm with schema public;
  create schema if not exists kernel;
  create table if not exists kernel.migration (
    name text primary key,
    digest text not null,
    applied_at timestamptz not null
  );
  create table if not exists kernel.lease (
    name text primary key,
    holder text not null,
    token bigint not null,
    expires_at timestamptz not null
  );`;

/** Everything that later migrations create is the application's to use; what it may not do, they revoke. */
const grants = (role: string): string => `
  alter default privileges grant usage on schemas to ${role};
  alter default privileges grant select, insert, update, delete on tables to ${role};
  alter default privileges grant usage, select on sequences to ${role};
  grant usage on schema kernel to ${role};
  grant select on kernel.migration to ${role};
  grant select, insert, update, delete on kernel.lease to ${role};`;

async function grantTo(owner: Database, role: string): Promise<string | undefined> {
  const [row] = await owner.query<{ quoted: string; same: boolean }>(
    'select quote_ident($1) as quoted, $1 = current_user::text as same',
    [role],
  );
  return row === undefined || row.same ? undefined : row.quoted;
}

/** An advisory lock, because at first there is no table to lock. PGlite grants it freely, but serves one program only. */
const lock = (db: Queryable): Promise<unknown> => db.query('select pg_advisory_xact_lock($1)', [LOCK]);

async function currentRole(db: Database): Promise<string> {
  const [row] = await db.query<{ role: string }>('select current_user::text as role');
  return row?.role ?? '';
}
