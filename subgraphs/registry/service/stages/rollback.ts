import type { Origin } from '../../../../kernel/audit/append.ts';
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
import type { Model } from '../../domain/model.ts';
import type { StageRolledBack } from '../../domain/result.ts';
import { properBindings, stagesOfModels } from '../../store/stages.ts';
import { readStage } from '../names.ts';
import { requireNumber } from '../versions/readVersions.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { type ModelTarget, requireModel } from '../target.ts';
import { bindVersion } from './bindVersion.ts';
import { damaged, markDamaged } from './damage.ts';
import { approvalToReturn } from './guard.ts';
import type { Integrity } from './integrity.ts';
import { alreadyThere, fitVersion, heldBy, noteOf, withIntegrity } from './promote.ts';
import { queueUp, refuseCrowded, takeStage } from './takeStage.ts';

export interface RollbackStage extends MutationInput {
  readonly modelId: string;
  readonly stage: string;
  /** Number of a version that was in the stage before; the one before the current one unless given. */
  readonly toVersion?: number | null;
  /** How many bindings the stage had when the caller looked at it. */
  readonly expectedVersion?: number | null;
}

/** How far back one goes. */
const EARLIER_MAX = 1_000;

/** Brings back what was in a stage before. What was approved then needs no new approval, unless the policy asks for one. */
export async function rollbackStage(
  context: Context,
  input: RollbackStage,
): Promise<StageRolledBack | RefusedResult | ConflictResult> {
  const stage = readStage(input.stage);
  if (typeof input.toVersion === 'number') requireNumber('toVersion', input.toVersion);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'rollbackStage',
      noun: 'registry.stage',
      action: 'registry.promote',
      input,
      prepare: () => findEarlier(context, input, stage),
      first: queueUp,
    },
    (tx, origin, target) => goBack(tx, origin, { target, stage, input }),
  );
}

interface Earlier extends ModelTarget {
  readonly versionId: string | null;
  readonly integrity: Integrity;
}

async function findEarlier(context: Context, { modelId, toVersion }: RollbackStage, stage: string): Promise<Earlier> {
  const target = await requireModel(context, modelId);
  const versionId = await earlierVersion(context, target.model, { stage, toVersion: toVersion ?? null });
  if (versionId === null) return { ...target, versionId, integrity: { state: 'INTACT' } };
  const { integrity } = await withIntegrity(context, versionId, 'registry.promote');
  return { ...target, versionId, integrity };
}

async function earlierVersion(
  { kernel }: Context,
  { no }: Model,
  { stage, toVersion }: { readonly stage: string; readonly toVersion: number | null },
): Promise<string | null> {
  const current = (await stagesOfModels(kernel.db, [no], null)).find((binding) => binding.stage === stage);
  const earlier = await properBindings(kernel.db, no, stage, { before: current?.number ?? MORE_THAN_ANY, limit: EARLIER_MAX });
  const wanted = earlier.find(({ versionId, versionNumber }) =>
    toVersion === null ? versionId !== current?.versionId : versionNumber === toVersion,
  );
  return wanted?.versionId ?? null;
}

const MORE_THAN_ANY = 2 ** 31 - 1;

async function goBack(
  tx: Tx,
  origin: Origin,
  { target, stage, input }: { readonly target: Earlier; readonly stage: string; readonly input: RollbackStage },
): Promise<StageRolledBack | Refusal | Stale> {
  const { model, versionId, integrity } = target;
  if (versionId === null) return nothingEarlier(stage, input.toVersion ?? null);
  const fit = await fitVersion(tx, versionId, null);
  if (!('version' in fit)) return fit;
  const { version, digest } = fit;
  if (integrity.state === 'DAMAGED') {
    await markDamaged(tx, origin, version, integrity.findings);
    return damaged(version, integrity.findings);
  }
  const held = await heldBy(tx, version, stage);
  if (held !== null) return alreadyThere(version, held);
  const approved = await approvalToReturn(tx, { version, stage, digest });
  if ('refusal' in approved) return approved;
  const { current, bindings } = await takeStage(tx, origin, model.no, stage);
  const stale = staleVersion(bindings, input.expectedVersion);
  if (stale !== null) return stale;
  const crowded = await refuseCrowded(tx, model.no, { current });
  if (crowded !== null) return crowded;
  const { bindingId, receipt } = await bindVersion(tx, origin, {
    version,
    digest,
    stage,
    kind: 'ROLLBACK',
    approvalId: approved.approvalId,
    reason: input.reason ?? '',
    emergency: null,
    current,
    bindings,
  });
  return { __typename: 'StageRolledBack', ...tokens(receipt), bindingId, note: noteOf(integrity) };
}

const nothingEarlier = (stage: string, toVersion: number | null): Refusal =>
  toVersion === null
    ? refusal(
        'NOTHING_EARLIER',
        `No other version was in the stage "${stage}" before that could come back. Empty it with unbindStage.`,
      )
    : refusal(
        'NEVER_IN_STAGE',
        `Version ${toVersion} was never in the stage "${stage}", or cannot come back: it must still be sealed. Promote it: promoteModelVersion.`,
      );
