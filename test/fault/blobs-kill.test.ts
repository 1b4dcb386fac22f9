import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, utimes } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { folderBlobs } from '../../kernel/blobs/folderBlobs.ts';
import type { Digest } from '../../kernel/canonical.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const SCRIPT = fileURLToPath(new URL('blobs-writer.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

test('a program that is killed while it stores a blob leaves the others whole, and of this one nothing that can be read', async () => {
  const folder = await temporaryFolder();
  const child = spawn(process.execPath, ['--import', TSX, SCRIPT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (line === 'half') child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const blobs = folderBlobs(folder);
  expect(await blobs.verify(said[0] as Digest, AbortSignal.timeout(60_000))).toBe('INTACT');
  const [draft = ''] = await readdir(path.join(folder, 'coming'));
  const stored = (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name));
  expect(stored).toHaveLength(1);
  // What the dead left behind goes when somebody stores something a day later.
  const file = path.join(folder, 'coming', draft);
  await utimes(file, new Date(0), new Date(0));
  await blobs.put(Buffer.from('next'), 1_000);
  expect(await readdir(path.join(folder, 'coming'))).toEqual([]);
});
