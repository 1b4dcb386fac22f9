import { record, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import { labelsDigest, readTags, type TagInput, requireLine, requireText } from '../../domain/labels.ts';
import type { ModelVersion, Tag, VersionDataset } from '../../domain/model.ts';
import { readParams } from '../../domain/params.ts';
import type { ModelVersionUpdated } from '../../domain/result.ts';
import { readSignature } from '../../domain/signature.ts';
import { replaceDatasets } from '../../store/artifacts.ts';
import { tagsOfVersions } from '../../store/readVersions.ts';
import { bumpVersion, replaceVersionTags, updateContent, updateLabels } from '../../store/writeVersions.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { contentChanged, lockedDraft, lockedVersion } from './changeVersion.ts';
import { COMMIT_MAX, type ContentInput, LABELS, SOURCE_MAX } from './createVersion.ts';
import { readDatasets } from './readContent.ts';

export interface UpdateModelVersion extends MutationInput, ContentInput {
  readonly id: string;
  readonly description?: string | null;
  readonly source?: string | null;
  /** Instead of those that it has. */
  readonly tags?: readonly TagInput[] | null;
  readonly expectedVersion?: number | null;
}

const CONTENT = ['codeCommit', 'signature', 'params', 'datasets'] as const;

/** Changes what is given. What the digest covers changes only as long as the version is a draft. */
export async function updateModelVersion(
  context: Context,
  input: UpdateModelVersion,
): Promise<ModelVersionUpdated | RefusedResult | ConflictResult> {
  const given = (field: (typeof CONTENT)[number] | (typeof LABELS)[number]): boolean =>
    input[field] !== undefined && input[field] !== null;
  const [content, labels] = [CONTENT.filter(given), LABELS.filter(given)];
  if (content.length + labels.length === 0) throw badInput(`Give one of ${[...LABELS, ...CONTENT].join(', ')}.`);
  const wanted = readWanted(input);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'updateModelVersion',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: async (): Promise<VersionTarget & { readonly datasets: readonly VersionDataset[] }> => ({
        ...(await requireVersion(context, input.id)),
        datasets: await readDatasets(context, input.datasets ?? []),
      }),
    },
    async (tx, origin, { datasets }): Promise<ModelVersionUpdated | Refusal | Stale> => {
      const locked = await (content.length > 0 ? lockedDraft : lockedVersion)(tx, input.id, input.expectedVersion);
      if (!('version' in locked)) return locked;
      const { version } = locked;
      const happenings: Recorded[] = [];
      if (content.length > 0) {
        await updateContent(tx, { ...version, ...wanted.content });
        if (content.includes('datasets')) await replaceDatasets(tx, version.id, datasets);
        const detail = { ...wanted.content, ...(content.includes('datasets') && { datasets }) };
        happenings.push(await contentChanged(tx, origin, version.id, content, detail));
      }
      if (labels.length > 0) happenings.push(await relabel(tx, version, wanted.labels, labels));
      await bumpVersion(tx, version.id);
      return { __typename: 'ModelVersionUpdated', ...tokens(await record(tx, origin, happenings)), versionId: version.id };
    },
  );
}

interface Wanted {
  readonly content: Partial<Pick<ModelVersion, 'codeCommit' | 'signature' | 'params'>>;
  readonly labels: { readonly description?: string; readonly source?: string; readonly tags?: readonly Tag[] };
}

function readWanted({ codeCommit, signature, params, description, source, tags }: UpdateModelVersion): Wanted {
  return {
    content: {
      ...(typeof codeCommit === 'string' && { codeCommit: requireLine('codeCommit', codeCommit, COMMIT_MAX) }),
      ...(signature !== undefined && signature !== null && { signature: readSignature(signature) }),
      ...(Array.isArray(params) && { params: readParams(params) }),
    },
    labels: {
      ...(typeof description === 'string' && { description: requireText('description', description) }),
      ...(typeof source === 'string' && { source: requireLine('source', source, SOURCE_MAX) }),
      ...(Array.isArray(tags) && { tags: readTags(tags) }),
    },
  };
}

async function relabel(
  tx: Tx,
  version: ModelVersion,
  wanted: Wanted['labels'],
  fields: readonly (typeof LABELS)[number][],
): Promise<Recorded> {
  const before = (await tagsOfVersions(tx, [version.id])).map(({ key, value }) => ({ key, value }));
  const labels = {
    id: version.id,
    description: wanted.description ?? version.description,
    source: wanted.source ?? version.source,
    tags: wanted.tags ?? before,
  };
  await updateLabels(tx, labels);
  if (wanted.tags !== undefined) await replaceVersionTags(tx, version.id, wanted.tags);
  const detail = Object.fromEntries(fields.map((field) => [field, labels[field]]));
  return happening('registry.version.described.v1', aboutVersion(version, labelsDigest(labels), { fields, detail }), {
    ...versionPayload(version),
    fields: [...fields],
  });
}
