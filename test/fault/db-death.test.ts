import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';

let directory: string;
let db: Database;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'cadastre-death-'));
  db = await openDatabase({ directory });
  await db.query('create table note (text text)');
});
afterAll(async () => {
  await db.close();
  await rm(directory, { recursive: true });
});

/** PostgreSQL refuses this; in WebAssembly JavaScript's stack overflows first, and PGlite is beyond help. */
const TOO_DEEP = '['.repeat(100_000);
const kill = (): Promise<unknown> => db.query('select $1::text::jsonb', [TOO_DEEP]).catch((error: unknown) => error);
const texts = async (): Promise<string[]> =>
  (await db.query<{ text: string }>('select text from note', [], 'texts')).map(({ text }) => text);
const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 2_000));

test('a value that kills the embedded engine is a fault, and the next statement finds everything that was confirmed', async () => {
  await db.query(`insert into note values ('kept')`);
  expect(await texts()).toEqual(['kept']);
  expect(await kill()).toMatchObject({ code: 'STORE_UNAVAILABLE', internal: expect.stringContaining('call stack') });
  expect(await texts()).toEqual(['kept']);
  expect(await db.query(`select current_setting('TimeZone') as zone`)).toEqual([{ zone: 'UTC' }]);
});

test('what was written in the transaction that met its death is not stored', async () => {
  await pause();
  const attempt = db.transaction(async (tx) => {
    await tx.query(`insert into note values ('gone')`);
    await tx.query('select $1::text::jsonb', [TOO_DEEP]);
  });
  await expect(attempt).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await texts()).toEqual(['kept']);
});

test('who listens goes on listening, and no file stays open', async () => {
  const heard: string[] = [];
  const stop = await db.listen('outbox', (payload) => heard.push(payload));
  const openFiles = async (): Promise<number> => (process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0);
  const before = await openFiles();
  await pause();
  await kill();
  await db.query(`select pg_notify('outbox', 'still here')`);
  await vi.waitFor(() => expect(heard).toEqual(['still here']), 60_000);
  expect(await openFiles()).toBeLessThan(before + 10);
  await stop();
});

test('who dies at every try is not started again at every call', async () => {
  await pause();
  await kill();
  await db.query('select 1');
  await kill();
  await expect(db.query('select 1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await pause();
  expect(await texts()).toEqual(['kept']);
});
