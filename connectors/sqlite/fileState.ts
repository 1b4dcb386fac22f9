import { open, stat } from 'node:fs/promises';
import { Fault } from '../../kernel/fault.ts';

const MAGIC = 'SQLite format 3\0';
const JOURNAL_MAGIC = 'd9d505f920a163d7';
/** Where the header says how text is stored: 1 is UTF-8, 2 and 3 are the byte orders of UTF-16. */
const ENCODING_AT = 56;

/** @throws Fault SOURCE_UNAVAILABLE that says what the path is instead of a database that can be read. */
export async function requireSqlite(path: string): Promise<void> {
  const refuse = (text: string, internal?: string): Fault =>
    new Fault('SOURCE_UNAVAILABLE', internal === undefined ? { public: text } : { public: text, internal });
  const found = await stat(path).catch((error: unknown) => {
    throw refuse(`${path} cannot be found. Check the path, and that this process may read the folders above it.`, String(error));
  });
  if (!found.isFile()) throw refuse(`${path} is not a file. Give the database file itself, as in sqlite:///srv/shop.db.`);
  const header = await firstBytes(path, 100).catch((error: unknown) => {
    throw refuse(`${path} may not be read by the user of this process. Give it read permission.`, String(error));
  });
  // An empty file is an empty database.
  if (header.length === 0) return;
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw refuse(`${path} is not a SQLite database, or it is encrypted. For DuckDB use duckdb:///absolute/file.`);
  if (header.readUInt32BE(ENCODING_AT) > 1)
    throw refuse(
      `${path} stores text as UTF-16, which this connector cannot read. Make a copy in UTF-8 with: sqlite3 old.db .dump | sqlite3 new.db`,
    );
}

/** Whether a rollback journal is there that is in use: until it is gone, the file may hold half of a change. */
export async function isBeingWritten(path: string): Promise<boolean> {
  const start = await firstBytes(`${path}-journal`, 8).catch(() => Buffer.alloc(0));
  return start.toString('hex') === JOURNAL_MAGIC;
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
