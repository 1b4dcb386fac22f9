import type { Digest } from '../../../../kernel/canonical.ts';
import { Fault } from '../../../../kernel/fault.ts';
import type { Context } from '../../context.ts';
import type { Artifact, ModelVersion } from '../../domain/model.ts';
import type { BlobFinding } from '../../domain/result.ts';
import { listArtifacts } from '../../store/artifacts.ts';
import { FILES_MAX } from '../versions/contentOf.ts';

/** How the stored bytes of a version were found. */
export type Integrity =
  | { readonly state: 'INTACT' }
  | { readonly state: 'DAMAGED'; readonly findings: readonly BlobFinding[] }
  /** Reading all of them would take too long for a request. */
  | { readonly state: 'UNREAD'; readonly note: string };

/** What a request that binds a stage reads again. */
const READ_BYTES_MAX = 1024 ** 3;
const READ_MS = 20_000;
const FINDINGS_MAX = 100;

/** Reads again what is about to come into a stage, unless there is more of it than a request has time for. */
export async function quickIntegrity(context: Context, version: ModelVersion): Promise<Integrity> {
  const artifacts = await listArtifacts(context.kernel.db, version.id, null, FILES_MAX);
  const sizeBytes = artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  if (sizeBytes > READ_BYTES_MAX)
    return {
      state: 'UNREAD',
      note: `The stored bytes were not read again: there are ${sizeBytes}, more than ${READ_BYTES_MAX}. verifyModelVersion reads them.`,
    };
  return integrityOf(context, artifacts, READ_MS);
}

/** Reads all stored bytes of a version again. @throws Fault DEADLINE_EXCEEDED */
export async function fullIntegrity(context: Context, version: ModelVersion, deadlineMs: number): Promise<Integrity> {
  return integrityOf(context, await listArtifacts(context.kernel.db, version.id, null, FILES_MAX), deadlineMs);
}

async function integrityOf({ kernel, request }: Context, artifacts: readonly Artifact[], deadlineMs: number): Promise<Integrity> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(deadlineMs)]);
  const known = new Map<Digest, 'INTACT' | 'CHANGED' | 'MISSING'>();
  const findings: BlobFinding[] = [];
  for (const { path, digest } of artifacts) {
    if (signal.aborted)
      throw new Fault('DEADLINE_EXCEEDED', {
        public: `The stored bytes could not be read within ${deadlineMs / 1_000} s. Try again.`,
      });
    const found = known.get(digest) ?? (await kernel.blobs.verify(digest, signal));
    known.set(digest, found);
    if (found !== 'INTACT' && findings.length < FINDINGS_MAX) findings.push({ path, found });
  }
  return findings.length === 0 ? { state: 'INTACT' } : { state: 'DAMAGED', findings };
}
