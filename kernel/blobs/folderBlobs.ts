import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../fault.ts';
import type { Digest } from '../canonical.ts';
import { noBlob, readTooSlow, storeUnavailable } from './blobFault.ts';
import type { BlobStore } from './blobStore.ts';
import { digestHex, digestOfStream } from './digestHex.ts';
import { type Draft, forgetDrafts, withDraft } from './withDraft.ts';

/** Blobs as files of one folder, named by their digests. @param folder made when the first blob comes */
export function folderBlobs(folder: string): BlobStore {
  const drafts = path.join(folder, 'coming');
  let tidied: Promise<void> | undefined;
  const sizeOf = async (digest: Digest): Promise<number | null> => {
    const file = fileOf(folder, digest);
    if (file === null) return null;
    try {
      return (await stat(file)).size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw storeUnavailable(error);
    }
  };
  const read = async (digest: Digest): Promise<Readable | null> => {
    const file = fileOf(folder, digest);
    return file === null || (await sizeOf(digest)) === null ? null : createReadStream(file);
  };
  return {
    sizeOf,
    put: async (bytes, bytesMax) => {
      await (tidied ??= forgetDrafts(drafts, Date.now()));
      return withDraft(drafts, bytes, bytesMax, async (draft) => {
        await keep(folder, draft);
        return { digest: draft.digest, sizeBytes: draft.sizeBytes };
      });
    },
    open: async (digest) => {
      const bytes = await read(digest);
      if (bytes === null) throw noBlob();
      return bytes;
    },
    verify: async (digest, signal) => {
      const bytes = await read(digest);
      if (bytes === null) return 'MISSING';
      try {
        return (await digestOfStream(bytes, signal)) === digest ? 'INTACT' : 'CHANGED';
      } catch (error) {
        throw signal.aborted ? readTooSlow(digest) : storeUnavailable(error);
      }
    },
  };
}

/** Null for what is no digest: nothing else ever becomes part of a path. */
function fileOf(folder: string, digest: Digest): string | null {
  const hex = digestHex(digest);
  return hex === null ? null : path.join(folder, hex.slice(0, 2), hex);
}

/** A rename shows all bytes or none, and puts whole ones where a disk has lost some. The names are made to last, too. */
async function keep(folder: string, draft: Draft): Promise<void> {
  const file = fileOf(folder, draft.digest);
  if (file === null)
    throw new Fault('INTERNAL', { public: 'The artifact could not be stored.', internal: `no digest: ${draft.digest}` });
  const made = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await rename(draft.file, file);
  await syncFolder(path.dirname(file));
  if (made !== undefined) await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
