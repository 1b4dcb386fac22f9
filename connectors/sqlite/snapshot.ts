import { copyFile, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import sqlite from 'node-sqlite3-wasm';
import type { Database } from 'node-sqlite3-wasm';
import { Fault } from '../../kernel/fault.ts';
import { isBeingWritten, requireSqlite } from './fileState.ts';

const ATTEMPTS = 10;
const PAUSE_MS = 200;

/**
 * Reads a database without locking it, without a write anywhere near it, and whether or not it is in WAL mode.
 *
 * The driver's own locks are folders beside the database, which other programs do not know and a read-only medium
 * refuses. So it gets a link to the file in a folder of ours, with a copy of the write-ahead log, and the file's state is
 * compared before and after: what was read while somebody wrote is thrown away and read again.
 *
 * `read` is synchronous, because the driver is: it keeps the event loop for as long as it takes.
 */
export async function readSnapshot<T>(path: string, signal: AbortSignal, read: (database: Database) => T): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    signal.throwIfAborted();
    await requireSqlite(path);
    const before = await stateOf(path);
    if (!(await isBeingWritten(path))) {
      const outcome = await readLinked(path, read);
      if ((await stateOf(path)) === before) {
        if ('error' in outcome) throw outcome.error;
        return outcome.value;
      }
    }
    await wait(PAUSE_MS, undefined, { signal });
  }
  throw new Fault('SOURCE_UNAVAILABLE', {
    public: `${path} is locked: another program is in the middle of a change. Try again later. If none runs, one was killed while writing: open the file once with sqlite3, which rolls that back.`,
  });
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function readLinked<T>(path: string, read: (database: Database) => T): Promise<Outcome<T>> {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-sqlite-'));
  try {
    const link = join(folder, 'database');
    await symlink(path, link);
    await copyFile(`${path}-wal`, `${link}-wal`).catch(() => undefined);
    return { value: readOnly(link, read) };
  } catch (error) {
    return { error };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readOnly<T>(link: string, read: (database: Database) => T): T {
  const database = new sqlite.Database(link, { readOnly: true, fileMustExist: true });
  try {
    // Lets SQLite read a write-ahead log without the shared memory file that only its writers may make.
    database.exec('pragma locking_mode = exclusive');
    return read(database);
  } finally {
    database.close();
  }
}

async function stateOf(path: string): Promise<string> {
  const states = await Promise.all(
    [path, `${path}-wal`].map(async (file) => {
      const found = await stat(file, { bigint: true }).catch(() => null);
      return found === null ? '-' : `${found.ino}:${found.size}:${found.mtimeNs}`;
    }),
  );
  return states.join(' ');
}
