import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { startWriter } from './writer.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cadastre-kill-'));
});
afterAll(() => rm(root, { recursive: true }));

async function storedRows(directory: string): Promise<number> {
  const db = await openDatabase({ directory });
  const [row] = await db.query<{ n: number; total: number }>('select max(n) as n, count(*)::int as total from row');
  await db.close();
  expect(row?.total).toBe(row?.n);
  return row?.n ?? 0;
}

test('no confirmed row is lost when the program is killed while it writes', async () => {
  const directory = path.join(root, 'rows');
  for (let round = 0; round < 3; round++) {
    const writer = startWriter(directory, 'write');
    await writer.said(/^row /);
    await sleep(Math.random() * 1_000);
    writer.child.kill('SIGKILL');
    await writer.ended();
    const confirmed = writer.confirmed();
    expect(confirmed).toBeGreaterThan(0);
    expect(await storedRows(directory)).toBeGreaterThanOrEqual(confirmed);
  }
});

test('a program that is killed while it makes the folder leaves one that the next program makes anew', async () => {
  const directory = path.join(root, 'creation');
  for (const delayMs of [0, 500]) {
    const writer = startWriter(directory, 'hold');
    await begunIn(directory);
    await sleep(delayMs);
    writer.child.kill('SIGKILL');
    await writer.ended();
    expect(await readdir(directory)).not.toContain('data');
  }
  await (await openDatabase({ directory })).close();
  expect((await readdir(directory)).filter((name) => name.startsWith('data'))).toEqual(['data']);
});

test('of two programs that start at once on a new folder one gets it, and the other names the first', async () => {
  const directory = path.join(root, 'race');
  const writers = [startWriter(directory, 'hold'), startWriter(directory, 'hold')];
  const said = await Promise.all(writers.map((writer) => writer.said(/^(open|failed)/)));
  const winner = writers[said.indexOf('open')];
  expect(said.toSorted()).toEqual([
    expect.stringContaining(`failed ALREADY_RUNNING Fault: Process ${winner?.child.pid} uses`),
    'open',
  ]);
  winner?.child.stdin?.end('stop');
  await winner?.said(/^closed/);
  await (await openDatabase({ directory })).close();
});

/** Returns when the child of the program has begun to make the data. */
async function begunIn(directory: string): Promise<void> {
  for (;;) {
    const names = await readdir(directory).catch(() => []);
    if (names.some((name) => name.startsWith('data.unfinished-'))) return;
    await sleep(5);
  }
}
