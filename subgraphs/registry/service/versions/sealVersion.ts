import { record } from '../../../../kernel/audit/record.ts';
import { notStored } from '../../../../kernel/blobs/notStored.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { InspectedModel } from '../../../../onnx/inspectModel.ts';
import type { Context } from '../../context.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { modelSignature } from '../../domain/modelSignature.ts';
import type { ModelVersionSealed } from '../../domain/result.ts';
import { listArtifacts } from '../../store/artifacts.ts';
import { sealRow, updateContent } from '../../store/writeVersions.ts';
import { mayAct } from '../mayAct.ts';
import { stateVersion } from '../models/stateVersions.ts';
import { standingOf } from '../models/updateModel.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { lockedDraft } from './changeVersion.ts';
import { contentOf, FILES_MAX } from './contentOf.ts';
import { readModels } from './readModels.ts';

export interface SealModelVersion extends MutationInput {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/** Closes a draft for ever: from now on it is what its digest says. */
export async function sealModelVersion(
  context: Context,
  input: SealModelVersion,
): Promise<ModelVersionSealed | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'sealModelVersion',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: () => readDraft(context, input.id),
    },
    async (tx, origin, { model, version: read, models }): Promise<ModelVersionSealed | Refusal | Stale> => {
      const locked = await lockedDraft(tx, input.id, input.expectedVersion);
      if (!('version' in locked)) return locked;
      if ('refusal' in models) return models;
      if (locked.version.version !== read.version)
        return refusal('CHANGED', 'The version changed while its files were read. Look at it again and repeat.');
      const version = await withSignature(tx, locked.version, models.models);
      const { artifacts, digest, manifest } = await contentOf(tx, version);
      if (artifacts.length === 0)
        return refusal('NO_ARTIFACTS', 'A version without files has nothing to approve. Add one: addArtifact.');
      await sealRow(tx, version.id, digest, manifest);
      const receipt = await record(tx, origin, [
        happening(
          'registry.version.sealed.v1',
          aboutVersion(version, digest, { fields: ['state'], detail: { number: version.number } }),
          {
            ...versionPayload(version),
            digest,
          },
        ),
      ]);
      const standing = { model, ...(await standingOf(tx, model.no)) };
      await stateVersion(tx, origin, standing, { ...version, digest }, [origin.actor.id]);
      return { __typename: 'ModelVersionSealed', ...tokens(receipt), versionId: version.id };
    },
  );
}

interface ReadDraft extends VersionTarget {
  readonly models: Awaited<ReturnType<typeof readModels>>;
}

/** Whatever was added had its bytes then; they may have been lost since. Models are looked into. */
async function readDraft(context: Context, id: string): Promise<ReadDraft> {
  const target = await requireVersion(context, id);
  const { kernel, request } = context;
  if (!(await mayAct(context, 'registry.write', target))) return { ...target, models: UNREAD };
  const artifacts = await listArtifacts(kernel.db, id, null, FILES_MAX);
  const lost = await notStored(kernel.blobs, artifacts, request.signal);
  if (lost !== undefined) {
    const message = `The bytes of "${lost.path}" (${lost.digest}) are not stored as they were uploaded. Upload them again.`;
    return { ...target, models: refusal('BLOB_MISSING', message) };
  }
  return { ...target, models: await readModels(kernel.blobs, artifacts, request.signal) };
}

const UNREAD = refusal(
  'CHANGED',
  'What you may do changed while the version was looked at, and its files were not read. Repeat.',
);

/** A version whose signature nobody gave has that of its model. */
async function withSignature(tx: Tx, version: ModelVersion, models: readonly InspectedModel[]): Promise<ModelVersion> {
  const signature = version.signature ?? modelSignature(models);
  if (signature === version.signature) return version;
  const signed = { ...version, signature };
  await updateContent(tx, signed);
  return signed;
}
