import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../../fault.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.ts';

export interface FolderLock {
  release(): Promise<void>;
}

const HEARTBEAT_MS = 5_000;
const SILENCE_MS_MAX = 30_000;
const LOCK_NAME = /^lock\.(\d+)$/;

type Content = z.infer<typeof content>;

const content = z.object({
  pid: z.number(),
  birth: z.string(),
  place: z.string(),
  host: z.string(),
  nonce: z.string(),
  released: z.boolean(),
});

/**
 * Takes the folder for this process. PGlite itself does not notice a second process, and two of them ruin the data.
 *
 * Locks are numbered files; the highest number counts. Whoever takes over makes the next number, which exactly one
 * process can, and only then removes the lower ones. Nobody ever removes the lock that counts, not even its holder,
 * who marks it as released: so a slow starter cannot remove, by mistake, the lock of a faster one.
 * @throws Fault ALREADY_RUNNING when another process has it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const own = { ...ownIdentity(), nonce: randomUUID(), released: false };
  const draft = path.join(folder, `lock.draft-${own.nonce}`);
  try {
    for (;;) {
      // Written first and linked then, so that no lock is ever seen half written.
      await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
      const last = await lastLock(folder);
      if (last > 0) await requireFree(folder, last);
      // A starter who looked long ago may make a number that lies behind by now.
      if ((await linked(draft, lockFile(folder, last + 1))) && (await lastLock(folder)) === last + 1)
        return await hold(folder, last + 1, own);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function hold(folder: string, number: number, own: Content): Promise<FolderLock> {
  const file = lockFile(folder, number);
  await forgetOthers(folder, number);
  const heartbeat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      const draft = path.join(folder, `lock.draft-${own.nonce}`);
      try {
        await writeFile(draft, JSON.stringify({ ...own, released: true }), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        // A full disk, perhaps. The lock ends with this process.
      }
    },
  };
}

/** Returns when the lock is released or its holder is dead. */
async function requireFree(folder: string, number: number): Promise<void> {
  const file = lockFile(folder, number);
  const holder = await readHolder(file);
  if (holder?.released === true) return;
  const alive = holder === undefined ? undefined : isAlive(holder);
  if (alive ?? (await showsLife(file))) throw alreadyRunning(folder, holder);
}

/**
 * For a holder whose process number means nothing here (another container, a boot before this one): watches for the
 * touch that a living holder gives its lock.
 */
async function showsLife(file: string): Promise<boolean> {
  const touchedMs = await touchedAt(file);
  for (let waitedMs = 0; Math.max(waitedMs, Date.now() - touchedMs) < SILENCE_MS_MAX; waitedMs += 1_000) {
    await sleep(1_000);
    if ((await touchedAt(file)) > touchedMs) return true;
  }
  return false;
}

/** 0 when the file is gone: a faster starter has removed it, whom the next look at the folder will find. */
const touchedAt = async (file: string): Promise<number> => (await stat(file).catch(() => ({ mtimeMs: 0 }))).mtimeMs;

/** The highest number; 0 when nobody ever had the folder. */
async function lastLock(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(LOCK_NAME.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

/** Undefined when the file is damaged, as it may be after a loss of power. */
async function readHolder(file: string): Promise<Content | undefined> {
  try {
    return content.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** True for exactly one of all those who try the same number. */
async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    // ENOENT: a faster starter has tidied our draft away.
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT')) return false;
    throw error;
  }
}

async function forgetOthers(folder: string, number: number): Promise<void> {
  const own = path.basename(lockFile(folder, number));
  const others = (await readdir(folder)).filter((name) => name.startsWith('lock.') && name !== own);
  await Promise.all(others.map((name) => rm(path.join(folder, name), { force: true })));
}

function alreadyRunning(folder: string, holder: ProcessIdentity | undefined): Fault {
  const who =
    holder === undefined
      ? 'Another process'
      : `Process ${holder.pid}${holder.host === os.hostname() ? '' : ` on ${holder.host}`}`;
  return new Fault('ALREADY_RUNNING', {
    public: `${who} uses the folder ${folder} already. Stop it first, or give this one a folder of its own.`,
  });
}

const lockFile = (folder: string, number: number): string => path.join(folder, `lock.${number}`);
