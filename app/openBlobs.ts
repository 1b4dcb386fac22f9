import type { BlobStore } from '../kernel/blobs/blobStore.ts';
import { folderBlobs } from '../kernel/blobs/folderBlobs.ts';
import type { Config } from '../kernel/config/config.ts';
import { homePaths } from './home.ts';

/** Where bytes of artifacts are kept: a bucket when one is set, else the home folder. */
export async function openBlobs({ blobs, home }: Config): Promise<BlobStore> {
  const folder = homePaths(home).blobs;
  if (blobs === undefined) return folderBlobs(folder);
  const { s3Blobs } = await import('../kernel/blobs/s3Blobs.ts');
  return s3Blobs(blobs.address, blobs.credentials, `${folder}/coming`);
}
