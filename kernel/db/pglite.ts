import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';

/** The PostgreSQL that this PGlite is; a folder of another one does not open. */
export const PGLITE_POSTGRES_MAJOR = '18';

/** A quarter of PGlite's page cache takes 120 MB off the process and halves the start; the system caches the files anyway. */
const STARTED = { extensions: { pg_trgm }, startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'] };

/** An empty database in memory, or a copy of the dumped one. */
export const openMemoryPglite = (snapshot?: Blob): Promise<PGlite> =>
  PGlite.create({ ...STARTED, ...(snapshot && { loadDataDir: snapshot }) });

/** The database of a folder, which is made when the folder is empty or missing. */
export async function openPglite(dataDir: string): Promise<PGlite> {
  let lastWords = '';
  const onStderr = (line: string): boolean => {
    lastWords = /(?:PANIC|FATAL|DETAIL): +(.*)/.exec(line)?.[1] ?? lastWords;
    return false;
  };
  try {
    return await PGlite.create({ ...STARTED, dataDir, onStderr });
  } catch (error) {
    // The error itself only says that WebAssembly was aborted.
    throw new Error(lastWords || reasonOf(error), { cause: error });
  }
}

/** What the file system in WebAssembly throws is no Error, and its numbers are not those of the system. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : error;
  if (errno === 51) return 'no space left on device';
  return errno === 22 ? 'file too large' : `file system error ${String(errno)}`;
}
