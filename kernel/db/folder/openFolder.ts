import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import type { Engine } from '../engine.ts';
import { openPglite, PGLITE_POSTGRES_MAJOR, type RunningPglite } from '../pglite.ts';
import { pgliteEngine } from '../pgliteEngine.ts';
import { createData, removeUnfinished } from './createData.ts';
import { type FolderLock, lockFolder } from './folderLock.ts';

/** Opens the embedded database of a folder for this process alone, and makes it when there is none yet. */
export async function openFolder(directory: string): Promise<Engine> {
  const folder = path.resolve(directory);
  const lock = await takeFolder(folder);
  try {
    const data = path.join(folder, 'data');
    await removeUnfinished(folder);
    if (!existsSync(data)) await createData(folder, data);
    await requireOurVersion(data);
    const restart = (): Promise<RunningPglite> => openData(data);
    return pgliteEngine(await restart(), { restart, release: () => lock.release() });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function takeFolder(folder: string): Promise<FolderLock> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await lockFolder(folder);
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error ? error.message : '';
    throw new Fault('CONFIGURATION', {
      public: `The folder ${folder} cannot be written (${reason}). Make it writable, or name another one.`,
      cause: error,
    });
  }
}

async function requireOurVersion(data: string): Promise<void> {
  const version = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => '');
  if (version.trim() === PGLITE_POSTGRES_MAJOR) return;
  const found =
    version === ''
      ? 'holds no database'
      : `was written by PostgreSQL ${version.trim()}, and this version of Cadastre embeds ${PGLITE_POSTGRES_MAJOR}`;
  throw new Fault('CONFIGURATION', {
    public: `The folder ${data} ${found}. Name another folder, or start the version of Cadastre that wrote it and export the data.`,
  });
}

async function openData(data: string): Promise<RunningPglite> {
  try {
    return await openPglite(data);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('STORE_UNAVAILABLE', {
      public: `The embedded database in ${data} does not open: ${reason}. See that its disk is not full and that you may write there; otherwise restore a backup.`,
      cause: error,
    });
  }
}
