import { Fault } from '../fault.ts';
import type { Digest } from '../canonical.ts';
import { noBlob, readTooSlow, storeUnavailable } from './blobFault.ts';
import type { BlobStore } from './blobStore.ts';
import { digestHex, digestOfStream } from './digestHex.ts';
import type { S3Address } from './s3Address.ts';
import { s3Client, type S3Response } from './s3Client.ts';
import type { AwsCredentials } from './sigv4.ts';
import { type Draft, forgetDrafts, withDraft } from './withDraft.ts';

/** More than this needs an upload in parts. */
const OBJECT_BYTES_MAX = 5 * 1024 ** 3;

/**
 * Blobs as objects of one bucket, named like the files of `folderBlobs`, so that one can be copied to the other. The store checks
 * the digest of what it is sent, and shows an object only when all of it has come.
 * @param drafts folder for bytes whose digest is not known yet
 */
export function s3Blobs(address: S3Address, credentials: AwsCredentials, drafts: string): BlobStore {
  const client = s3Client(address, credentials);
  let tidied: Promise<void> | undefined;
  const get = async (method: 'HEAD' | 'GET', digest: Digest, signal?: AbortSignal): Promise<S3Response | null> => {
    const name = nameOf(digest);
    if (name === null) return null;
    const answer = await client.send(method, name, { signal });
    if (answer.statusCode !== 404) return answer;
    await answer.body.dump();
    return null;
  };
  return {
    put: async (bytes, bytesMax) => {
      await (tidied ??= forgetDrafts(drafts, Date.now()));
      return withDraft(drafts, bytes, Math.min(bytesMax, OBJECT_BYTES_MAX), async (draft) => {
        await upload(client, draft);
        return { digest: draft.digest, sizeBytes: draft.sizeBytes };
      });
    },
    sizeOf: async (digest, signal) => {
      const answer = await get('HEAD', digest, signal);
      await answer?.body.dump();
      return answer === null ? null : sizeIn(answer);
    },
    open: async (digest) => {
      const answer = await get('GET', digest);
      if (answer === null) throw noBlob();
      return answer.body;
    },
    verify: async (digest, signal) => {
      const answer = await get('GET', digest);
      if (answer === null) return 'MISSING';
      try {
        return (await digestOfStream(answer.body, signal)) === digest ? 'INTACT' : 'CHANGED';
      } catch (error) {
        throw signal.aborted ? readTooSlow(digest) : storeUnavailable(error);
      }
    },
  };
}

async function upload({ send }: ReturnType<typeof s3Client>, draft: Draft): Promise<void> {
  const name = nameOf(draft.digest);
  if (name === null)
    throw new Fault('INTERNAL', { public: 'The artifact could not be stored.', internal: `no digest: ${draft.digest}` });
  const answer = await send('PUT', name, { body: draft });
  await answer.body.dump();
  if (answer.statusCode === 404) throw storeUnavailable(undefined, 'the bucket of artifacts does not exist');
}

function nameOf(digest: Digest): string | null {
  const hex = digestHex(digest);
  return hex === null ? null : `${hex.slice(0, 2)}/${hex}`;
}

function sizeIn({ headers }: S3Response): number {
  const size = Number(headers['content-length']);
  if (!Number.isSafeInteger(size)) throw storeUnavailable(undefined, 'the store of artifacts did not say how large an object is');
  return size;
}
