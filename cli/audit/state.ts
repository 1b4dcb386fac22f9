import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensurePrivateFolder } from '../../app/home.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { readSettingsFile } from '../../kernel/config/settingsFile.ts';
import { parseVerifierKey, type VerifierKey } from '../../kernel/audit/log/noteKey.ts';
import type { Where } from '../nextCommand.ts';

/** What a watcher remembers: the newest checkpoint that it believes, and whose signature it must have. */
export interface WatchState {
  readonly note: string;
  readonly key: VerifierKey;
}

/**
 * Where a watcher keeps its checkpoint unless it is told: in the home folder, one for the server of this folder and one for each
 * address, so that watching another server is no other history.
 */
export async function keptState({ url, home }: Where, environment: NodeJS.ProcessEnv): Promise<string> {
  const address = url ?? environment['CADASTRE_URL'];
  const config = readConfig({ CADASTRE_HOME: home }, environment, readSettingsFile());
  await ensurePrivateFolder(config.home);
  const name = address === undefined ? '' : `-${new URL(address).host.replaceAll(/[^\w.-]/g, '_')}`;
  return path.join(config.home, `watched-checkpoint${name}`);
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
