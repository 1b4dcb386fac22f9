import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseVerifierKey, type VerifierKey } from '../../kernel/audit/log/noteKey.ts';

/** What a watcher remembers: the newest checkpoint that it believes, and whose signature it must have. */
export interface WatchState {
  readonly note: string;
  readonly key: VerifierKey;
}

/** The checkpoint is a file of its own, as `audit verify --checkpoint` takes it; the key stands beside. */
const keyFile = (file: string): string => `${file}.vkey`;

export async function readState(file: string): Promise<WatchState | null> {
  const note = await readFile(file, 'utf8').catch(unlessAbsent);
  if (note === null) return null;
  return { note, key: parseVerifierKey((await readFile(keyFile(file), 'utf8')).trim()) };
}

export async function writeState(file: string, { note, key }: WatchState): Promise<void> {
  await replace(keyFile(file), `${key.vkey}\n`);
  await replace(file, note);
}

/** Never half written. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { flag: 'wx', flush: true });
  await rename(draft, file);
}

function unlessAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
