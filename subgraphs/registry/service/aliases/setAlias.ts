import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { aboutModel, happening } from '../../domain/happening.ts';
import type { No } from '../../domain/model.ts';
import type { AliasDeleted, AliasSet } from '../../domain/result.ts';
import { aliasNow, countAliases, endAlias, insertAlias } from '../../store/aliases.ts';
import { lockModel } from '../../store/writeModels.ts';
import { lockVersion } from '../../store/writeVersions.ts';
import { readAlias } from '../names.ts';
import { guardOfStage } from '../stages/guard.ts';
import { queueUp, requireLater } from '../stages/takeStage.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireModel, requireVersion } from '../target.ts';

export interface SetAlias extends MutationInput {
  readonly versionId: string;
  readonly alias: string;
}

/** As many as a model shows. */
const ALIASES_MAX = 100;

/** Lets a name that nothing guards stand for a version, and no longer for another. */
export async function setAlias(context: Context, input: SetAlias): Promise<AliasSet | RefusedResult> {
  const { name: alias, folded } = readAlias(input.alias);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'setAlias',
      noun: 'registry.alias',
      action: 'registry.write',
      input,
      prepare: () => requireVersion(context, input.versionId),
      first: queueUp,
    },
    async (tx, origin, { model }): Promise<AliasSet | Refusal> => {
      // The model first: two who set the same alias wait for each other.
      if ((await lockModel(tx, model.no)) === null) return gone('The model');
      const version = await lockVersion(tx, input.versionId);
      if (version === null) return gone('The version');
      const refused = await refuseGuarded(tx, model.no, folded);
      if (refused !== null) return refused;
      const before = await aliasNow(tx, model.no, folded);
      if (before === null && (await countAliases(tx, model.no)) >= ALIASES_MAX)
        return refusal(
          'LIMIT_EXCEEDED',
          `"${model.name}" has ${ALIASES_MAX} aliases, which is the most. Delete one: deleteAlias.`,
        );
      if (before !== null) requireLater(tx, origin, before.boundFrom);
      const detail = { alias, folded, versionId: version.id, before: before?.versionId ?? null };
      const receipt = await record(tx, origin, [
        happening('registry.alias.set.v1', aboutModel(model.id, null, { fields: ['aliases'], detail }), {
          modelId: model.id,
          alias: folded,
          versionId: version.id,
        }),
      ]);
      if (before !== null) await endAlias(tx, model.no, folded, receipt.auditId);
      await insertAlias(tx, {
        modelNo: model.no,
        alias,
        folded,
        versionId: version.id,
        boundBy: origin.actor.id,
        eventId: receipt.auditId,
      });
      return { __typename: 'AliasSet', ...tokens(receipt), versionId: version.id, alias };
    },
  );
}

export interface DeleteAlias extends MutationInput {
  readonly modelId: string;
  readonly alias: string;
}

export async function deleteAlias(context: Context, input: DeleteAlias): Promise<AliasDeleted | RefusedResult> {
  const { name: alias, folded } = readAlias(input.alias);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'deleteAlias',
      noun: 'registry.alias',
      action: 'registry.write',
      input,
      prepare: () => requireModel(context, input.modelId),
      first: queueUp,
    },
    async (tx, origin, { model }): Promise<AliasDeleted | Refusal> => {
      if ((await lockModel(tx, model.no)) === null) return gone('The model');
      const refused = await refuseGuarded(tx, model.no, folded);
      if (refused !== null) return refused;
      const before = await aliasNow(tx, model.no, folded);
      if (before === null) return refusal('NO_ALIAS', `"${model.name}" has no alias "${alias}".`);
      requireLater(tx, origin, before.boundFrom);
      const receipt = await record(tx, origin, [
        happening(
          'registry.alias.deleted.v1',
          aboutModel(model.id, null, { fields: ['aliases'], detail: { alias, folded, before: before.versionId } }),
          { modelId: model.id, alias: folded, versionId: before.versionId },
        ),
      ]);
      await endAlias(tx, model.no, folded, receipt.auditId);
      return { __typename: 'AliasDeleted', ...tokens(receipt), modelId: model.id, alias };
    },
  );
}

/** An alias that is called like a guarded stage is that stage: whoever reads it must find what was approved. */
async function refuseGuarded(tx: Tx, modelNo: No, folded: string): Promise<Refusal | null> {
  const guard = await guardOfStage(tx, modelNo, folded);
  if (guard === null) return null;
  const { name, version } = guard;
  return {
    refusal: {
      code: 'GUARDED_STAGE',
      message: `"${folded}" is a stage that is guarded by the approval policy "${name}" (version ${version}), and no alias. Use promoteModelVersion, rollbackStage or unbindStage.`,
      policyIds: [name],
    },
  };
}
