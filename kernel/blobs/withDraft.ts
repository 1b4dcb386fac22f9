import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../fault.ts';
import type { StoredBlob } from './blobStore.ts';
import { storeUnavailable } from './blobFault.ts';
import { digestOfHex } from './digestHex.ts';

/** Bytes that have all come and lie in a file of their own, which is gone when its use ends. */
export interface Draft extends StoredBlob {
  readonly file: string;
}

/**
 * Takes bytes of unknown length into a file before anything else happens to them, so that half of something is never stored.
 * @param folder for drafts; made when needed
 * @throws Fault LIMIT_EXCEEDED, STORE_UNAVAILABLE; and what the source of the bytes throws
 */
export async function withDraft<T>(
  folder: string,
  bytes: Buffer | Readable,
  bytesMax: number,
  use: (draft: Draft) => Promise<T>,
): Promise<T> {
  const file = path.join(folder, randomUUID());
  const source = Buffer.isBuffer(bytes) ? Readable.from([bytes], { objectMode: false }) : bytes;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > bytesMax) {
        done(
          new Fault('LIMIT_EXCEEDED', {
            public: `The artifact has more than ${bytesMax} bytes, which is the most that is taken.`,
          }),
        );
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await pipeline(source, count, createWriteStream(file, { mode: 0o600, flush: true }));
    return await use({ file, sizeBytes, digest: digestOfHex(hash.digest('hex')) });
  } catch (error) {
    if (error instanceof Fault) throw error;
    // That who sends has gone away is no fault of the store.
    if (source.errored !== null && source.errored === error) throw source.errored;
    throw storeUnavailable(error);
  } finally {
    await rm(file, { force: true });
  }
}

const FORGOTTEN_MS = 24 * 3_600_000;

/** Removes drafts that a killed process left behind: nothing takes a day to come. */
export async function forgetDrafts(folder: string, nowMs: number): Promise<void> {
  const names = await readdir(folder).catch((): readonly string[] => []);
  for (const name of names) {
    const file = path.join(folder, name);
    // Another process may be doing the same.
    const written = await stat(file).catch(() => null);
    if (written !== null && nowMs - written.mtimeMs > FORGOTTEN_MS) await rm(file, { force: true });
  }
}
