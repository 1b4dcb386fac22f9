import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../kernel/fault.ts';

/** What lies where in the home folder. */
export const homePaths = (home: string) => ({
  database: path.join(home, 'db'),
  blobs: path.join(home, 'blobs'),
  pepper: path.join(home, 'keys', 'pepper'),
  keyEncryptionKey: path.join(home, 'keys', 'key-encryption-key'),
  logSigningKey: path.join(home, 'keys', 'log-signing-key'),
  logCheckpoint: path.join(home, 'log-checkpoint'),
  adminToken: path.join(home, 'admin-token'),
  server: path.join(home, 'server.json'),
});

/** Makes a folder that only its owner may look into. @throws Fault CONFIGURATION */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

export interface KeptText {
  readonly text: string;
  readonly created: boolean;
}

/** The text of a file that only its owner may read; made once, and never half written, however many start at once. */
export async function keepText(file: string, make: () => string): Promise<KeptText> {
  const kept = await readPrivate(file);
  if (kept !== undefined) return { text: kept, created: false };
  await ensurePrivateFolder(path.dirname(file));
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, `${make()}\n`, { mode: 0o600, flush: true });
    // A link, unlike a rename, does not replace what another process has put there in between.
    const created = await link(draft, file).then(() => true, refuseUnlessExists);
    return { text: (await readPrivate(file)) ?? '', created };
  } catch (cause) {
    throw unusable(file, cause);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The text of a file without its line end; undefined when there is none. */
export async function readPrivate(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unusable(file, cause);
  }
}

function refuseUnlessExists(error: unknown): false {
  if (codeOf(error) === 'EEXIST') return false;
  throw error;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const unusable = (file: string, cause: unknown): Fault =>
  cause instanceof Fault
    ? cause
    : new Fault('CONFIGURATION', {
        public: `${file} cannot be used (${codeOf(cause)}). Correct its rights, or set CADASTRE_HOME to another folder. Example: CADASTRE_HOME=.cadastre`,
        cause,
      });
