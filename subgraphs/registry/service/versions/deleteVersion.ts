import { voidRequests } from '../../../../kernel/approval/voiding.ts';
import { record } from '../../../../kernel/audit/record.ts';
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
import type { ModelVersionDeleted } from '../../domain/result.ts';
import { endAliases } from '../../store/aliases.ts';
import { stagesOfVersions } from '../../store/stages.ts';
import { setState } from '../../store/writeVersions.ts';
import { queueUp } from '../stages/takeStage.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion } from '../target.ts';
import { lockedVersion } from './changeVersion.ts';

export interface DeleteModelVersion extends MutationInput {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/** Takes a version out of use. Its number is never given again, and what happened with it stays known. */
export async function deleteModelVersion(
  context: Context,
  input: DeleteModelVersion,
): Promise<ModelVersionDeleted | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'deleteModelVersion',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: () => requireVersion(context, input.id),
      first: queueUp,
    },
    async (tx, origin, { model }): Promise<ModelVersionDeleted | Refusal | Stale> => {
      const locked = await lockedVersion(tx, input.id, input.expectedVersion);
      if (!('version' in locked)) return locked;
      const { version } = locked;
      const stages = (await stagesOfVersions(tx, [version.id], null)).map(({ stage }) => stage);
      if (stages.length > 0)
        return refusal(
          'IN_STAGE',
          `Version ${version.number} is in ${stages.map((stage) => `"${stage}"`).join(', ')}. Empty the stage first: unbindStage.`,
        );
      const receipt = await record(tx, origin, [
        happening(
          'registry.version.deleted.v1',
          aboutVersion(version, version.digest, { fields: ['state'], detail: { number: version.number } }),
          versionPayload(version),
        ),
      ]);
      await endAliases(tx, { modelNo: version.modelNo, versionId: version.id }, receipt.auditId);
      await setState(tx, version.id, 'DELETED');
      await voidRequests(tx, origin, version.id, 'DELETED');
      return { __typename: 'ModelVersionDeleted', ...tokens(receipt), versionId: version.id, modelId: model.id };
    },
  );
}
