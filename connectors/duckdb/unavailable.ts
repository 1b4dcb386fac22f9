import { stat } from 'node:fs/promises';
import { Fault } from '../../kernel/fault.ts';
import { errorLine } from './engine.ts';

type Explain = (path: string, text: string) => string;

/** What DuckDB says when it refuses a file, and what that means for a person. */
const REFUSALS: readonly (readonly [sign: RegExp, explain: Explain])[] = [
  [
    /Could not set lock|Conflicting lock/i,
    (path, text) =>
      `${path} is locked by ${holder(text)}. DuckDB lets one process write and no other read meanwhile: stop that process, or point this source at a copy.`,
  ],
  [
    /version number/i,
    (path, text) =>
      `${path} was written by a version of DuckDB that this one cannot read (${text}). Export it with that version (EXPORT DATABASE) and import it with one that both can read.`,
  ],
  [
    /not a valid DuckDB database/i,
    (path) =>
      `${path} is not a DuckDB database. For Parquet and CSV files use files:///absolute/folder, for SQLite sqlite:///absolute/file.`,
  ],
  [
    /Extension "/,
    (path) => `${path} is another engine's file and not a DuckDB database. For SQLite use sqlite:///absolute/file.`,
  ],
  [
    /Corrupt|checksum/i,
    (path, text) => `${path} is damaged (${text}). Restore it from a backup, or point this source at a sound copy.`,
  ],
  [
    /encrypt/i,
    (path) => `${path} is encrypted, and this connector has no key for it. Point this source at a copy without encryption.`,
  ],
  [/Permission denied/i, (path) => `${path} may not be read by the user of this process. Give it read permission.`],
  [
    /wal/i,
    (path) =>
      `${path} has changes in its write-ahead log that cannot be applied. Open it once with DuckDB, run CHECKPOINT, and try again.`,
  ],
];

export function refused(path: string, error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  // The path goes first, lest a file named `wal` be explained by its name.
  const said = errorLine(text.replaceAll(path, 'the file'));
  const explain = REFUSALS.find(([sign]) => sign.test(said))?.[1];
  const fallback = `${path} cannot be opened: ${said} Check that it is a DuckDB database file.`;
  return new Fault('SOURCE_UNAVAILABLE', { public: explain?.(path, said) ?? fallback, internal: text });
}

/** @throws Fault SOURCE_UNAVAILABLE unless the path is a file; what an engine says instead is about modes. */
export async function requireFile(path: string, otherwise: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    const internal = error instanceof Error ? error.message : String(error);
    throw new Fault('SOURCE_UNAVAILABLE', {
      public: `${path} cannot be found. Check the path, and that this process may read the folders above it.`,
      internal,
    });
  });
  if (!found.isFile()) throw new Fault('SOURCE_UNAVAILABLE', { public: `${path} is not a file. ${otherwise}` });
}

const holder = (text: string): string => /PID (\d+)/.exec(text)?.[0] ?? 'another process';
