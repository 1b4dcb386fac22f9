import { fork, type ChildProcess } from 'node:child_process';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Fault } from '../../fault.ts';
import { isRunning } from './processIdentity.ts';

const UNFINISHED = 'data.unfinished-';
const CREATION_TIMEOUT_MS = 180_000;
const ORPHAN_TIMEOUT_MS = 20_000;

/**
 * Makes the data of a new database. In a process of its own, since initdb takes more than 800 MB, which only the end
 * of a process gives back; beside its place and renamed when complete, so that a kill leaves nothing half made.
 */
export async function createData(folder: string, data: string): Promise<void> {
  const child = fork(childModule(), [path.join(folder, UNFINISHED)], {
    execArgv: loaderArguments(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: CREATION_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const unfinished = path.join(folder, `${UNFINISHED}${child.pid}`);
  const complaint = await lastWords(child);
  if (complaint !== undefined) {
    await rm(unfinished, { recursive: true, force: true });
    throw new Fault('STORE_UNAVAILABLE', {
      public: `The embedded database could not be created in ${folder}: ${complaint}. See that its disk has 60 MB left and that you may write there.`,
    });
  }
  // PGlite writes files that everybody may read and change; the folder keeps everybody out.
  await chmod(unfinished, 0o700);
  await rename(unfinished, data);
}

/** What a creation that was killed has left behind, once its child has noticed that and writes no more. */
export async function removeUnfinished(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(UNFINISHED));
  await Promise.all(
    left.map(async (name) => {
      await ended(Number(name.slice(UNFINISHED.length)));
      await rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }),
  );
}

/** Not for ever: the number may have become that of another process. */
async function ended(pid: number): Promise<void> {
  const deadline = Date.now() + ORPHAN_TIMEOUT_MS;
  while (pid !== process.pid && isRunning(pid) && Date.now() < deadline) await sleep(50);
}

/** Undefined when the child ended well, otherwise why it did not. */
async function lastWords(child: ChildProcess): Promise<string | undefined> {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4_000);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      const said = words.trim().split('\n').at(-1) ?? '';
      if (code === 0) resolve(undefined);
      else resolve(said === '' ? `its process ended with ${signal ?? `code ${code}`}` : said);
    });
  });
}

/** The neighbour of this file: TypeScript as long as we are, JavaScript when compiled. */
function childModule(): string {
  const own = fileURLToPath(import.meta.url);
  return path.join(path.dirname(own), `createDataChild${path.extname(own)}`);
}

/** The child is loaded the way this process was; a test runner's own way of reading TypeScript cannot be handed on. */
function loaderArguments(): string[] {
  const inherited = process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
  const native = 'typescript' in process.features && Boolean(process.features.typescript);
  if (import.meta.url.endsWith('.js') || native) return inherited;
  return [...inherited, '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
