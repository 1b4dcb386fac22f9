import { openAsBlob } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import type { Client } from '../client.ts';
import { orFileFault } from '../readGiven.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface FoundFile {
  /** Below the folder, divided by `/`. */
  readonly path: string;
  readonly file: string;
  readonly sizeBytes: number;
}

export interface UploadedFile {
  readonly path: string;
  readonly digest: string;
}

const FILES_MAX = 10_000;

/**
 * All files of a folder and below, in the order of their paths, or the one file that is given. What is no plain file is refused:
 * a link could lead anywhere.
 * @throws Fault NOT_FOUND or BAD_USER_INPUT
 */
export async function filesOf(given: string): Promise<readonly FoundFile[]> {
  const stats = await orFileFault(given, lstat(given));
  if (stats.isFile()) return [{ path: path.basename(given), file: given, sizeBytes: stats.size }];
  if (!stats.isDirectory()) throw badInput(`${given} is neither a file nor a folder.`);
  const files: FoundFile[] = [];
  await walk(given, '', files);
  if (files.length === 0) throw badInput(`${given} has no files.`);
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(root: string, below: string, files: FoundFile[]): Promise<void> {
  const folder = path.join(root, below);
  for (const entry of await orFileFault(folder, readdir(folder, { withFileTypes: true }))) {
    const at = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await walk(root, at, files);
    else if (entry.isFile()) {
      const file = path.join(root, at);
      files.push({ path: at, file, sizeBytes: (await lstat(file)).size });
    } else throw badInput(`${at} is no plain file. Copy what it leads to.`);
    if (files.length > FILES_MAX) throw badInput(`${root} has more than ${FILES_MAX} files. Put them into an archive.`);
  }
}

const stored = z.object({ digest: z.string(), sizeBytes: z.number() });

/** Brings the bytes of files, one after another. */
export async function upload(
  client: Client,
  files: readonly FoundFile[],
  { progress }: Terminal,
): Promise<readonly UploadedFile[]> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const uploaded: UploadedFile[] = [];
  let done = 0;
  for (const { path: at, file, sizeBytes } of files) {
    progress.show({ what: 'Uploading', done, total, note: at });
    const { digest } = stored.parse(await client.put('/registry/v1/blobs', await openAsBlob(file)));
    uploaded.push({ path: at, digest });
    done += sizeBytes;
  }
  progress.clear();
  return uploaded;
}
