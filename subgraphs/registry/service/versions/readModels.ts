import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../../../../kernel/blobs/blobStore.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { requireExternalData } from '../../../../onnx/externalData.ts';
import { HEAD_BYTES, inspectArtifact, type InspectedArtifact, MODEL_TYPE } from '../../../../onnx/inspectArtifact.ts';
import { type InspectedModel, inspectModel, MODEL_BYTES_MAX } from '../../../../onnx/inspectModel.ts';
import { UnsafeModel } from '../../../../onnx/unsafeModel.ts';
import type { Artifact } from '../../domain/model.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';

/** What stored bytes are, by their name and how they begin. @throws Fault NOT_FOUND, STORE_UNAVAILABLE */
export async function describeBytes(blobs: BlobStore, digest: Digest, path: string): Promise<InspectedArtifact> {
  let head = Buffer.alloc(0);
  for await (const chunk of await blobs.open(digest)) {
    head = Buffer.concat([head, chunk as Buffer]);
    if (head.length >= HEAD_BYTES) break;
  }
  return inspectArtifact(path, head.subarray(0, HEAD_BYTES));
}

const READ_MS = 30_000;

/**
 * Reads the ONNX models among the files of a version, one after the other, and loads none. A version with one that is not safe to
 * load, or whose external data is not among the files, is not sealed.
 * @throws Fault DEADLINE_EXCEEDED, NOT_FOUND, STORE_UNAVAILABLE
 */
export async function readModels(
  blobs: BlobStore,
  artifacts: readonly Artifact[],
  signal: AbortSignal,
): Promise<{ readonly models: readonly InspectedModel[] } | Refusal> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]);
  const sizes = new Map(artifacts.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const models: InspectedModel[] = [];
  for (const artifact of artifacts.filter(({ mediaType }) => mediaType === MODEL_TYPE)) {
    if (until.aborted)
      throw new Fault('DEADLINE_EXCEEDED', { public: `The models could not be read within ${READ_MS / 1_000} s. Try again.` });
    try {
      const model = inspectModel(await modelBytes(blobs, artifact));
      requireExternalData(artifact.path, model.externalData, sizes);
      models.push(model);
    } catch (error) {
      if (!(error instanceof UnsafeModel)) throw error;
      return refusal('UNSAFE_MODEL', `"${artifact.path}" is not taken (${error.reason}): ${error.message}`);
    }
  }
  return { models };
}

async function modelBytes(blobs: BlobStore, { digest, sizeBytes }: Artifact): Promise<Uint8Array> {
  if (sizeBytes > MODEL_BYTES_MAX)
    throw new UnsafeModel(
      'TOO_LARGE',
      `The model file has more than ${MODEL_BYTES_MAX} bytes. Keep its weights as external data.`,
    );
  return buffer(await blobs.open(digest));
}
