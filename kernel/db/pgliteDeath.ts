import type { PGlite } from '@electric-sql/pglite';

/** A PGlite that has died, with its last words. */
export interface Death {
  readonly words: string;
  readonly cause: unknown;
}

/** What PostgreSQL's own errors are thrown as inside of PGlite; they are handled there. */
const LONG_JUMP_STATUS = 100;

/**
 * Notices when PGlite dies: when PostgreSQL panics because its log cannot be written (a full disk), or WebAssembly
 * traps (JavaScript's stack overflows in a value nested ten thousand times). PostgreSQL's process would end then.
 * PGlite shares the process with us, swallows the exception and goes on, and its next call spins for ever.
 */
export function watchForDeath(lite: PGlite, lastWords: () => string): () => Death | undefined {
  let death: Death | undefined;
  const engine = lite.Module;
  const takeMessage = engine._PostgresMainLoopOnce;
  engine._PostgresMainLoopOnce = () => {
    try {
      takeMessage();
    } catch (error) {
      if (statusOf(error) !== LONG_JUMP_STATUS) {
        death = { words: lastWords() === '' ? String(error) : lastWords(), cause: error };
        // The one call between us and the loop that swallows exceptions.
        engine.stackRestore = () => {
          throw error;
        };
      }
      throw error;
    }
  };
  return () => death;
}

/** A dead one still holds its files open. */
export function closeFilesOf(lite: PGlite): void {
  // One that never came to life has no module yet.
  const files: unknown = Reflect.get(Object(lite.Module), 'FS');
  if (!isFileSystem(files)) return;
  for (const stream of files.streams) {
    try {
      files.close(stream);
    } catch {
      // Gaps in the list, and streams that are no files.
    }
  }
}

interface FileSystem {
  readonly streams: readonly unknown[];
  close(stream: unknown): void;
}

const isFileSystem = (value: unknown): value is FileSystem =>
  typeof value === 'object' && value !== null && 'streams' in value && Array.isArray(value.streams) && 'close' in value;

const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
