import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folderLock.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const leaveLock = (holder: Partial<ProcessIdentity>, name = 'lock.7'): Promise<void> =>
  writeFile(path.join(folder, name), JSON.stringify({ ...ownIdentity(), ...holder, nonce: 'n', released: false }));

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

test('the second one who wants the folder is told who has it', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'ALREADY_RUNNING',
    message: `Process ${process.pid} uses the folder ${folder} already. Stop it first, or give this one a folder of its own.`,
  });
  await lock.release();
});

test('a released folder can be taken again, as often as one likes, and one file remains', async () => {
  for (let i = 0; i < 5; i++) await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual(['lock.5']);
});

test('of many who start at once exactly one gets the folder', async () => {
  await leaveLock({ pid: await deadProcess(), birth: '1' });
  const starters = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(starters.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the lock of a process that has died is taken over', async () => {
  await leaveLock({ pid: await deadProcess() });
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual(['lock.8']);
});

test('a process number that is in use again, by another process, does not keep the folder', async () => {
  await leaveLock({ birth: 'another' });
  await (await lockFolder(folder)).release();
});

test('a lock from before a reboot, silent for long, is taken over at once', async () => {
  await leaveLock({ place: 'another boot' });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path.join(folder, 'lock.7'), longAgo, longAgo);
  await (await lockFolder(folder)).release();
});

test('a lock from another container that still shows life keeps the folder', async () => {
  await leaveLock({ place: 'another container', pid: 1, host: 'box' });
  const touch = setInterval(() => void utimes(path.join(folder, 'lock.7'), new Date(), new Date()), 100);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'ALREADY_RUNNING',
    message: expect.stringContaining('Process 1 on box'),
  });
  clearInterval(touch);
});

test('a damaged lock that is silent is taken over', async () => {
  await writeFile(path.join(folder, 'lock.7'), '');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path.join(folder, 'lock.7'), longAgo, longAgo);
  await (await lockFolder(folder)).release();
});

test('what a starter that was killed left behind is tidied away', async () => {
  await leaveLock({}, 'lock.draft-old');
  const lock = await lockFolder(folder);
  expect(await readdir(folder)).toEqual(['lock.1']);
  expect(JSON.parse(await readFile(path.join(folder, 'lock.1'), 'utf8'))).toMatchObject({ pid: process.pid, released: false });
  await lock.release();
});

test('a process is alive until it ends, also before its parent has noticed', async () => {
  const identity = ownIdentity();
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, pid: await deadProcess() })).toBe(false);
  expect(isAlive({ ...identity, place: 'elsewhere' })).toBeUndefined();
});
