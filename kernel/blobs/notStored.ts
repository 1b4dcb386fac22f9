import type { Digest } from '../canonical.ts';
import { tooSlow } from './blobFault.ts';
import type { BlobStore } from './blobStore.ts';

const AT_ONCE = 16;

/**
 * The first of these whose bytes are not stored in the size that they had when they were uploaded; undefined when all are. Each digest
 * is asked for once, and sixteen at a time: in a bucket each is a request.
 * @throws Fault STORE_UNAVAILABLE, DEADLINE_EXCEEDED when `signal` fires
 */
export async function notStored<A extends { readonly digest: Digest; readonly sizeBytes: number }>(
  blobs: BlobStore,
  artifacts: readonly A[],
  signal: AbortSignal,
): Promise<A | undefined> {
  const digests = [...new Set(artifacts.map(({ digest }) => digest))];
  const sizes = new Map<Digest, number | null>();
  for (let place = 0; place < digests.length; place += AT_ONCE) {
    if (signal.aborted) throw tooSlow();
    const some = digests.slice(place, place + AT_ONCE);
    const found = await Promise.all(some.map(async (digest) => [digest, await blobs.sizeOf(digest, signal)] as const));
    for (const [digest, size] of found) sizes.set(digest, size);
  }
  return artifacts.find(({ digest, sizeBytes }) => sizes.get(digest) !== sizeBytes);
}
