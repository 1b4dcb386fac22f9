import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../fault.ts';

export interface MigrationFile {
  /** `0001-kernel` */
  readonly name: string;
  readonly sql: string;
  readonly digest: string;
}

export interface AppliedMigration {
  readonly name: string;
  readonly digest: string;
}

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/** The numbered files of a folder, in order. Other files are somebody's notes. */
export async function readMigrations(directory: string): Promise<readonly MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => FILE_NAME.test(name)).toSorted();
  const twice = names.find((name, i) => names[i + 1]?.slice(0, 4) === name.slice(0, 4));
  if (twice !== undefined)
    throw new Fault('CONFIGURATION', {
      public: `Two migrations have the number ${twice.slice(0, 4)}. Give one of them the next free number.`,
    });
  return Promise.all(names.map((name) => readMigration(directory, name)));
}

/**
 * Compares what a database has applied with the files of this program; the answer is what is still to be applied.
 * @throws Fault CONFIGURATION when the two do not tell the same story.
 */
export function pendingMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): readonly MigrationFile[] {
  for (const { name, digest } of applied) {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined)
      throw refusal(
        `The database was written by a newer Cadastre: it has the migration ${name}, which this version does not know. Start that version, or restore a backup made before the upgrade.`,
      );
    if (file.digest !== digest)
      throw refusal(
        `The migration ${name} was changed after it had been applied. Restore its file, and put the change into a new migration.`,
      );
  }
  const pending = files.slice(applied.length);
  const skipped = files.slice(0, applied.length).find(({ name }) => !applied.some((migration) => migration.name === name));
  if (skipped !== undefined)
    throw refusal(`The migration ${skipped.name} comes before others that are applied already. Give it the next free number.`);
  return pending;
}

async function readMigration(directory: string, fileName: string): Promise<MigrationFile> {
  // Line ends differ between checkouts; the migration does not.
  const sql = (await readFile(path.join(directory, fileName), 'utf8')).replaceAll('\r\n', '\n');
  return { name: fileName.slice(0, -'.sql'.length), sql, digest: `sha256:${createHash('sha256').update(sql).digest('hex')}` };
}

const refusal = (text: string): Fault => new Fault('CONFIGURATION', { public: text });
