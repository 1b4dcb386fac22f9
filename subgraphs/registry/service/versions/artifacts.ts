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
import type { Artifact } from '../../domain/model.ts';
import type { ArtifactAdded, ArtifactRemoved } from '../../domain/result.ts';
import { artifactTotals, deleteArtifact, insertArtifacts } from '../../store/artifacts.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { lockedDraft, recordContent } from './changeVersion.ts';
import { FILES_MAX } from './contentOf.ts';
import { type ArtifactInput, readArtifacts } from './readContent.ts';

export interface AddArtifact extends MutationInput, ArtifactInput {
  readonly versionId: string;
  readonly expectedVersion?: number | null;
}

/** Adds a file to a draft. Its bytes were uploaded before. */
export async function addArtifact(context: Context, input: AddArtifact): Promise<ArtifactAdded | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'addArtifact',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: async (): Promise<VersionTarget & { readonly artifacts: readonly Artifact[] }> => ({
        ...(await requireVersion(context, input.versionId)),
        artifacts: await readArtifacts(context, [input]),
      }),
    },
    async (tx, origin, { artifacts }): Promise<ArtifactAdded | Refusal | Stale> => {
      const locked = await lockedDraft(tx, input.versionId, input.expectedVersion);
      if (!('version' in locked)) return locked;
      const { version } = locked;
      const [total] = await artifactTotals(tx, [version.id]);
      if ((total?.count ?? 0) >= FILES_MAX)
        return refusal('TOO_MANY_ARTIFACTS', `A version has at most ${FILES_MAX} files. Put them into an archive.`);
      const added = await insertArtifacts(tx, version.id, artifacts);
      if (added.length === 0)
        return refusal('PATH_TAKEN', `There is a file at "${input.path}" already. Remove it first: removeArtifact.`);
      const receipt = await recordContent(tx, origin, version, ['artifacts'], { added: artifacts });
      return { __typename: 'ArtifactAdded', ...tokens(receipt), versionId: version.id, path: input.path };
    },
  );
}

export interface RemoveArtifact extends MutationInput {
  readonly versionId: string;
  readonly path: string;
  readonly expectedVersion?: number | null;
}

/** Takes a file out of a draft. */
export async function removeArtifact(
  context: Context,
  input: RemoveArtifact,
): Promise<ArtifactRemoved | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'removeArtifact',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: () => requireVersion(context, input.versionId),
    },
    async (tx, origin): Promise<ArtifactRemoved | Refusal | Stale> => {
      const locked = await lockedDraft(tx, input.versionId, input.expectedVersion);
      if (!('version' in locked)) return locked;
      if (!(await deleteArtifact(tx, locked.version.id, input.path)))
        return refusal('NO_ARTIFACT', `The version has no file at "${input.path.slice(0, 100)}".`);
      const receipt = await recordContent(tx, origin, locked.version, ['artifacts'], { removed: input.path });
      return { __typename: 'ArtifactRemoved', ...tokens(receipt), versionId: locked.version.id };
    },
  );
}
