import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import { labelsDigest, readTags, type TagInput, requireLine, requireText } from '../../domain/labels.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import { readParams } from '../../domain/params.ts';
import type { ModelVersionCreated } from '../../domain/result.ts';
import { readSignature } from '../../domain/signature.ts';
import { insertArtifacts, replaceDatasets } from '../../store/artifacts.ts';
import { insertVersion, lockVersion, type NewVersion, replaceVersionTags, takeNumber } from '../../store/writeVersions.ts';
import { stateVersion } from '../models/stateVersions.ts';
import { standingOf } from '../models/updateModel.ts';
import { gone } from '../../../../kernel/mutation/refusal.ts';
import { type ModelTarget, requireModel } from '../target.ts';
import { contentOf } from './contentOf.ts';
import { type ArtifactInput, type DatasetInput, readArtifacts, readDatasets } from './readContent.ts';

/** What the digest of a version covers, but for its files. */
export interface ContentInput {
  readonly codeCommit?: string | null;
  readonly signature?: unknown;
  readonly params?: readonly { readonly name: string; readonly value: unknown }[] | null;
  readonly datasets?: readonly DatasetInput[] | null;
}

export interface CreateModelVersion extends MutationInput, ContentInput {
  readonly modelId: string;
  readonly description?: string | null;
  /** Where it comes from, for people; nothing is ever read from there. */
  readonly source?: string | null;
  readonly runId?: string | null;
  readonly artifacts?: readonly ArtifactInput[] | null;
  readonly tags?: readonly TagInput[] | null;
}

export const COMMIT_MAX = 200;
export const SOURCE_MAX = 1_000;

/** Begins a version as a draft. Its number is nobody else's. */
export async function createModelVersion(
  context: Context,
  input: CreateModelVersion,
): Promise<ModelVersionCreated | RefusedResult> {
  const wanted = readWanted(input);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'createModelVersion',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: async (): Promise<Found> => ({
        ...(await requireModel(context, input.modelId)),
        artifacts: await readArtifacts(context, input.artifacts ?? []),
        datasets: await readDatasets(context, input.datasets ?? []),
      }),
    },
    async (tx, origin, found): Promise<ModelVersionCreated | Refusal> => {
      const { model } = found;
      const number = await takeNumber(tx, model.no);
      if (number === null) return gone('The model');
      const id = newId('modelVersion', toMs(tx.now));
      const version = await writeDraft(tx, { id, modelNo: model.no, number, createdBy: origin.actor.id, ...wanted }, found);
      const { digest } = await contentOf(tx, version);
      const labels = { id, description: wanted.description, source: wanted.source, tags: wanted.tags };
      const receipt = await record(tx, origin, [
        happening(
          'registry.version.created.v1',
          aboutVersion(version, digest, { fields: ['content'], detail: { number } }),
          versionPayload(version),
        ),
        happening(
          'registry.version.described.v1',
          aboutVersion(version, labelsDigest(labels), { fields: LABELS, detail: labels }),
          {
            ...versionPayload(version),
            fields: [...LABELS],
          },
        ),
      ]);
      await stateVersion(tx, origin, { model, ...(await standingOf(tx, model.no)) }, version);
      return { __typename: 'ModelVersionCreated', ...tokens(receipt), versionId: id };
    },
  );
}

type Wanted = Pick<NewVersion, 'description' | 'source' | 'runId' | 'codeCommit' | 'signature' | 'params'> & {
  readonly tags: readonly Tag[];
};

const readWanted = ({ description, source, runId, codeCommit, signature, params, tags }: CreateModelVersion): Wanted => ({
  description: requireText('description', description ?? ''),
  source: requireLine('source', source ?? '', SOURCE_MAX),
  runId: typeof runId === 'string' ? requireLine('runId', runId, 100) : null,
  codeCommit: typeof codeCommit === 'string' ? requireLine('codeCommit', codeCommit, COMMIT_MAX) : null,
  signature: signature === undefined || signature === null ? null : readSignature(signature),
  params: readParams(params ?? []),
  tags: readTags(tags ?? []),
});

async function writeDraft(
  tx: Tx,
  draft: NewVersion & Pick<Wanted, 'tags'>,
  { artifacts, datasets }: Found,
): Promise<ModelVersion> {
  await insertVersion(tx, draft);
  await insertArtifacts(tx, draft.id, artifacts);
  await replaceDatasets(tx, draft.id, datasets);
  await replaceVersionTags(tx, draft.id, draft.tags);
  const version = await lockVersion(tx, draft.id);
  if (version === null) throw new Error('a version cannot be read back in the transaction that made it');
  return version;
}

export const LABELS = ['description', 'source', 'tags'] as const;

interface Found extends ModelTarget {
  readonly artifacts: Awaited<ReturnType<typeof readArtifacts>>;
  readonly datasets: Awaited<ReturnType<typeof readDatasets>>;
}
