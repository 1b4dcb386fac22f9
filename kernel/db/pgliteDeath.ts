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

/** The file system of a dead one still holds its files open. */
export function closeFilesOf(lite: PGlite): void {
  const { FS } = lite.Module;
  for (const stream of [...FS.streams]) {
    try {
      FS.close(stream);
    } catch {
      // Standard streams and gaps in the list.
    }
  }
}

const statusOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined);
