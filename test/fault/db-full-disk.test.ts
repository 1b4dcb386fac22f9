import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { startWriter } from './writer.ts';

let root: string;
let made: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cadastre-full-'));
  made = path.join(root, 'made');
  await (await openDatabase({ directory: made })).close();
});
afterAll(() => rm(root, { recursive: true }));

// A limit on the size of files (in KiB) stands in for a full disk: the log is written into files of 16 MiB.
test('a log that cannot be written stops the database with a fault; what was confirmed is there after space is freed', async () => {
  const directory = path.join(root, 'log');
  await cp(made, directory, { recursive: true });
  const writer = startWriter(directory, 'write', 'ulimit -f 10000;');
  expect(await writer.said(/^failed/)).toContain('failed STORE_UNAVAILABLE Fault: The embedded database has stopped');
  await writer.ended();
  expect(writer.confirmed()).toBeGreaterThan(0);
  const db = await openDatabase({ directory });
  const [row] = await db.query<{ n: number }>('select max(n) as n from row');
  await db.close();
  expect(row?.n).toBeGreaterThanOrEqual(writer.confirmed());
});

test('a folder that cannot be made for lack of space says so, and is made when there is some', async () => {
  const directory = path.join(root, 'new');
  const writer = startWriter(directory, 'write', 'ulimit -f 1000;');
  expect(await writer.said(/^failed/)).toContain('failed STORE_UNAVAILABLE Fault: The embedded database could not be created in');
  await writer.ended();
  await (await openDatabase({ directory })).close();
});
