import { voidRequests } from '../../../../kernel/approval/voiding.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { staleVersion } from '../../../../kernel/mutation/staleVersion.ts';
import type { Context } from '../../context.ts';
import { aboutModel, happening } from '../../domain/happening.ts';
import type { Model } from '../../domain/model.ts';
import type { ModelDeleted } from '../../domain/result.ts';
import { endAliases } from '../../store/aliases.ts';
import { versionsOfModel } from '../../store/readVersions.ts';
import { stagesOfModels } from '../../store/stages.ts';
import { deleteModelRow, lockModel } from '../../store/writeModels.ts';
import { lockVersions } from '../../store/writeVersions.ts';
import { guardOfStage } from '../stages/guard.ts';
import { queueUp } from '../stages/takeStage.ts';
import { emptyStage } from '../stages/unbind.ts';
import { gone } from '../../../../kernel/mutation/refusal.ts';
import { requireModel } from '../target.ts';

export interface DeleteModel extends MutationInput {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/** Takes a model out of use, with its versions and the stages that nothing guards. What happened with it stays known. */
export async function deleteModel(context: Context, input: DeleteModel): Promise<ModelDeleted | RefusedResult | ConflictResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'deleteModel',
      noun: 'registry.model',
      action: 'registry.write',
      input,
      prepare: () => requireModel(context, input.id),
      first: queueUp,
    },
    async (tx, origin, target): Promise<ModelDeleted | Refusal | Stale> => {
      const model = await lockModel(tx, target.model.no);
      if (model === null) return gone('The model');
      const stale = staleVersion(model.version, input.expectedVersion);
      if (stale !== null) return stale;
      // Nobody brings one of them into a stage meanwhile.
      await lockVersions(tx, model.no);
      const guarded = await refuseGuarded(tx, model);
      if (guarded !== null) return guarded;
      return deleteAll(tx, origin, model);
    },
  );
}

async function refuseGuarded(tx: Tx, { no, name }: Model): Promise<Refusal | null> {
  for (const { stage } of await stagesOfModels(tx, [no], null)) {
    const guard = await guardOfStage(tx, no, stage);
    if (guard === null) continue;
    return {
      refusal: {
        code: 'IN_GUARDED_STAGE',
        message: `A version of "${name}" is in the stage "${stage}", which the approval policy "${guard.name}" guards. Empty it first: unbindStage.`,
        policyIds: [guard.name],
      },
    };
  }
  return null;
}

async function deleteAll(tx: Tx, origin: Origin, model: Model): Promise<ModelDeleted> {
  const receipt = await record(tx, origin, [
    happening('registry.model.deleted.v1', aboutModel(model.id, null, { fields: ['state'], detail: { name: model.name } }), {
      modelId: model.id,
    }),
  ]);
  for (const binding of await stagesOfModels(tx, [model.no], null)) await emptyStage(tx, origin, model, binding, 'MODEL_DELETED');
  await endAliases(tx, { modelNo: model.no, versionId: null }, receipt.auditId);
  for (const { id } of await versionsOfModel(tx, model.no)) await voidRequests(tx, origin, id, 'DELETED');
  await deleteModelRow(tx, model.no);
  return { __typename: 'ModelDeleted', ...tokens(receipt), modelId: model.id };
}
