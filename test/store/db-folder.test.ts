import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { PGLITE_POSTGRES_MAJOR } from '../../kernel/db/pglite.ts';

let root: string;
let made: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cadastre-folder-'));
  made = path.join(root, 'made', 'here');
  const db = await openDatabase({ directory: made });
  await db.query('create table note (text text)');
  await db.query(`insert into note values ('kept')`);
  await db.close();
});
afterAll(() => rm(root, { recursive: true }));

const open = (directory: string): Promise<Database> => openDatabase({ directory });

async function copy(name: string): Promise<string> {
  await cp(made, path.join(root, name), { recursive: true });
  return path.join(root, name);
}

test('a folder that was made opens again with what was stored, and is not made anew', async () => {
  const before = await stat(path.join(made, 'data/PG_VERSION'));
  const db = await open(made);
  expect(await db.query('select text from note')).toEqual([{ text: 'kept' }]);
  await db.close();
  expect((await stat(path.join(made, 'data/PG_VERSION'))).ino).toBe(before.ino);
});

test('only its owner may look into the folder', async () => {
  for (const name of ['', 'data']) expect((await stat(path.join(made, name))).mode & 0o077).toBe(0);
});

test('a folder that is in use is not opened twice, and is free once it is closed', async () => {
  const db = await open(made);
  await expect(open(made)).rejects.toMatchObject({ code: 'ALREADY_RUNNING', message: expect.stringContaining(`${process.pid}`) });
  expect(await db.query('select text from note')).toEqual([{ text: 'kept' }]);
  await db.close();
  await (await open(made)).close();
});

test('what is open when the database closes is finished first', async () => {
  const db = await open(made);
  const writing = db.transaction(async (tx) => {
    await tx.query(`insert into note values ('last minute')`);
    await tx.query(`delete from note where text = 'last minute'`);
  });
  await Promise.all([writing, db.close(), db.close()]);
  await expect(db.query('select 1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('the half made data of a creation that was killed is removed', async () => {
  const folder = await copy('killed');
  await mkdir(path.join(folder, 'data.unfinished-99999999/base'), { recursive: true });
  await (await open(folder)).close();
  expect((await readdir(folder)).filter((name) => name.startsWith('data'))).toEqual(['data']);
});

test('the data of another PostgreSQL is refused, untouched and with what to do', async () => {
  const folder = await copy('older');
  await writeFile(path.join(folder, 'data/PG_VERSION'), '16\n');
  await expect(open(folder)).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('PostgreSQL 16') });
  expect(await readFile(path.join(folder, 'data/PG_VERSION'), 'utf8')).toBe('16\n');
});

test('the version that we expect is the one that PGlite is', async () => {
  const db = await open(made);
  expect(await db.query(`select current_setting('server_version') as version`)).toEqual([
    { version: expect.stringMatching(new RegExp(`^${PGLITE_POSTGRES_MAJOR}\\.`)) },
  ]);
  await db.close();
});

test('data that is damaged is refused with the reason, and the folder is free again', async () => {
  const folder = await copy('damaged');
  await truncate(path.join(folder, 'data/global/pg_control'), 100);
  for (const _ of [1, 2]) {
    await expect(open(folder)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('pg_control'),
    });
  }
});

test('a folder that cannot be is a matter of configuration', async () => {
  const file = path.join(root, 'a-file');
  await writeFile(file, '');
  await expect(open(path.join(file, 'below'))).rejects.toMatchObject({
    code: 'CONFIGURATION',
    message: expect.stringContaining('cannot be written'),
  });
});
