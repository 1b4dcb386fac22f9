import { markSuperseded } from '../../../../kernel/approval/apply.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { type Receipt, record } from '../../../../kernel/audit/record.ts';
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
import { aboutVersion, happening } from '../../domain/happening.ts';
import type { Model, StageBinding } from '../../domain/model.ts';
import type { StageUnbound } from '../../domain/result.ts';
import { endBinding } from '../../store/stages.ts';
import { readStage } from '../names.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireModel } from '../target.ts';
import { queueUp, takeStage } from './takeStage.ts';

export interface UnbindStage extends MutationInput {
  readonly modelId: string;
  readonly stage: string;
  readonly expectedVersion?: number | null;
}

/** Empties a stage. To stop something needs no approval. */
export async function unbindStage(context: Context, input: UnbindStage): Promise<StageUnbound | RefusedResult | ConflictResult> {
  const stage = readStage(input.stage);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'unbindStage',
      noun: 'registry.stage',
      action: 'registry.promote',
      input,
      prepare: () => requireModel(context, input.modelId),
      first: queueUp,
    },
    async (tx, origin, { model }): Promise<StageUnbound | Refusal | Stale> => {
      const { current, bindings } = await takeStage(tx, origin, model.no, stage);
      const stale = staleVersion(bindings, input.expectedVersion);
      if (stale !== null) return stale;
      if (current === null) return refusal('STAGE_EMPTY', `The stage "${stage}" of "${model.name}" holds no version.`);
      const receipt = await emptyStage(tx, origin, model, current, input.reason ?? null);
      return { __typename: 'StageUnbound', ...tokens(receipt), bindingId: current.id };
    },
  );
}

/** Ends what a stage holds, and puts nothing in its place. */
export async function emptyStage(
  tx: Tx,
  origin: Origin,
  { id: modelId }: Pick<Model, 'id'>,
  current: StageBinding,
  reason: string | null,
): Promise<Receipt> {
  const { id: bindingId, stage, versionId, digest, approvalId } = current;
  const receipt = await record(tx, origin, [
    happening(
      'registry.stage.unbound.v1',
      aboutVersion({ id: versionId, modelId }, digest, { fields: ['stage'], detail: { bindingId, stage, reason } }),
      { modelId, bindingId, stage, versionId, digest },
    ),
  ]);
  await endBinding(tx, bindingId, receipt.auditId);
  if (approvalId !== null) await markSuperseded(tx, origin, approvalId);
  return receipt;
}
