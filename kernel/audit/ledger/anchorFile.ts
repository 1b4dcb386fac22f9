import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { parseCheckpoint } from '../log/checkpoint.ts';
import { parseNote } from '../log/note.ts';

/**
 * A file outside the database with the newest published checkpoint, byte by byte, as `audit verify --checkpoint` takes it. A
 * restored database is compared with it. Best kept where whoever restores a backup does not restore it too.
 */
export interface AnchorFile {
  /** The published checkpoint; null when nothing was published yet. @throws when the file holds something else */
  read(): Promise<string | null>;
  /** Puts a checkpoint in the place of an earlier one, never half written. */
  write(note: string): Promise<void>;
}

export const anchorFile = (file: string): AnchorFile => ({
  read: async () => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text !== null) parseCheckpoint(parseNote(text));
    return text;
  },
  write: async (note) => {
    await mkdir(path.dirname(file), { recursive: true });
    const draft = `${file}.${randomUUID()}`;
    const handle = await open(draft, 'wx', 0o644);
    try {
      await handle.writeFile(note, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  },
});
