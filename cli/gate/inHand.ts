import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileInHand, InHand } from '../../kernel/attestation/judge.ts';
import type { Digest } from '../../kernel/canonical.ts';
import { filesOf } from '../models/folder.ts';
import { orFileFault } from '../readGiven.ts';

/** The bytes that are really there, of files and of all that is in folders. @throws Fault NOT_FOUND, BAD_USER_INPUT */
export async function bytesInHand(given: readonly string[]): Promise<readonly InHand[]> {
  const found: InHand[] = [];
  // One after the other: a folder may have more files than a process may open.
  for (const name of given) {
    const stats = await orFileFault(name, stat(name));
    if (stats.isDirectory()) found.push({ name, isFolder: true, files: await inFolder(name) });
    else found.push({ name, isFolder: false, files: [{ name, path: path.basename(name), digest: await digestOf(name, name) }] });
  }
  return found;
}

async function inFolder(folder: string): Promise<readonly FileInHand[]> {
  const files: FileInHand[] = [];
  for (const { path: at, file } of await filesOf(await orFileFault(folder, realpath(folder)))) {
    const name = path.join(folder, at);
    files.push({ name, path: at, digest: await digestOf(name, file) });
  }
  return files;
}

async function digestOf(name: string, file: string): Promise<Digest> {
  const hash = createHash('sha256');
  await orFileFault(name, pipeline(createReadStream(file), hash));
  return `sha256:${hash.digest('hex')}` as Digest;
}
