import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { closeFilesOf, type Death, watchForDeath } from './pgliteDeath.ts';

/** The PostgreSQL that this PGlite is; a folder of another one does not open. */
export const PGLITE_POSTGRES_MAJOR = '18';

export interface RunningPglite {
  readonly lite: PGlite;
  /** Why it does not run any more; undefined while it does. */
  readonly death: () => Death | undefined;
}

const EXTENSIONS = { pg_trgm };

const START_PARAMETERS = [
  ...PGlite.defaultStartParams,
  // A quarter of the usual page cache takes 120 MB off the process and halves the start; the system caches the files anyway.
  '--shared_buffers=32MB',
  // JavaScript's stack is smaller than PostgreSQL believes: nested expressions should be refused before they overflow it.
  '--max_stack_depth=100kB',
];

/** An empty database in memory, or a copy of the dumped one. */
export const openMemoryPglite = (snapshot?: Blob): Promise<RunningPglite> =>
  start(snapshot === undefined ? {} : { loadDataDir: snapshot });

/** The database of a folder, which is made when the folder is empty or missing. */
export const openPglite = (dataDir: string): Promise<RunningPglite> => start({ dataDir });

async function start(from: { readonly dataDir?: string; readonly loadDataDir?: Blob }): Promise<RunningPglite> {
  let lastWords = '';
  const onStderr = (line: string): boolean => {
    lastWords = /(?:PANIC|FATAL|DETAIL): +(.*)/.exec(line)?.[1] ?? lastWords;
    return false;
  };
  const lite = new PGlite({ ...from, extensions: EXTENSIONS, startParams: START_PARAMETERS, onStderr });
  try {
    await lite.waitReady;
    return { lite, death: watchForDeath(lite, () => lastWords) };
  } catch (error) {
    closeFilesOf(lite);
    // The error itself only says that WebAssembly was aborted.
    throw new Error(lastWords === '' ? reasonOf(error) : lastWords, { cause: error });
  }
}

/** What the file system in WebAssembly throws is no Error, and its numbers are not those of the system. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : error;
  if (errno === 51) return 'no space left on device';
  return errno === 22 ? 'file too large' : `file system error ${String(errno)}`;
}
