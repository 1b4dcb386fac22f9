import type { Digest } from '../../../../kernel/canonical.ts';
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
import type { Action } from '../../../../kernel/policy/decision.ts';
import type { Context } from '../../context.ts';
import type { ModelVersion, StageBinding } from '../../domain/model.ts';
import type { ModelVersionPromoted } from '../../domain/result.ts';
import { stagesOfVersions } from '../../store/stages.ts';
import { lockVersion } from '../../store/writeVersions.ts';
import { mayAct } from '../mayAct.ts';
import { readStage } from '../names.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { bindVersion } from './bindVersion.ts';
import { damaged, markDamaged } from './damage.ts';
import { approvalFor, mayRenew } from './guard.ts';
import { type Integrity, quickIntegrity } from './integrity.ts';
import { queueUp, refuseCrowded, takeStage } from './takeStage.ts';

export interface PromoteModelVersion extends MutationInput {
  readonly versionId: string;
  readonly stage: string;
  /** The digest that the caller means: promoted is that, or nothing. */
  readonly expectedDigest: string;
  /** How many bindings the stage had when the caller looked at it. */
  readonly expectedVersion?: number | null;
}

/**
 * Brings a sealed version into a stage: into a guarded one only what is approved, at this very moment and with these bytes. What is
 * there already stays there by a fresher approval, once there is one.
 */
export async function promoteModelVersion(
  context: Context,
  input: PromoteModelVersion,
): Promise<ModelVersionPromoted | RefusedResult | ConflictResult> {
  const stage = readStage(input.stage);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'promoteModelVersion',
      noun: 'registry.stage',
      action: 'registry.promote',
      input,
      prepare: () => withIntegrity(context, input.versionId, 'registry.promote'),
      first: queueUp,
    },
    async (tx, origin, { integrity }): Promise<ModelVersionPromoted | Refusal | Stale> => {
      const fit = await fitVersion(tx, input.versionId, input.expectedDigest);
      if (!('version' in fit)) return fit;
      const { version, digest } = fit;
      if (integrity.state === 'DAMAGED') {
        await markDamaged(tx, origin, version, integrity.findings);
        return damaged(version, integrity.findings);
      }
      const held = await heldBy(tx, version, stage);
      if (held !== null && !(await mayRenew(tx, held))) return alreadyThere(version, held);
      const approved = await approvalFor(tx, { version, stage, digest });
      if ('refusal' in approved) return approved;
      const { current, bindings } = await takeStage(tx, origin, version.modelNo, stage);
      const stale = staleVersion(bindings, input.expectedVersion);
      if (stale !== null) return stale;
      const crowded = await refuseCrowded(tx, version.modelNo, { current });
      if (crowded !== null) return crowded;
      const { bindingId, receipt } = await bindVersion(tx, origin, {
        version,
        digest,
        stage,
        kind: 'PROMOTION',
        approvalId: approved.approvalId,
        reason: input.reason ?? '',
        emergency: null,
        current,
        bindings,
      });
      return { __typename: 'ModelVersionPromoted', ...tokens(receipt), bindingId, note: noteOf(integrity) };
    },
  );
}

/** Where the version is in the stage and no emergency; asked under its lock, without which it comes into none. */
export async function heldBy(tx: Tx, { id }: ModelVersion, stage: string): Promise<StageBinding | null> {
  const held = (await stagesOfVersions(tx, [id], null)).find((binding) => binding.stage === stage);
  return held === undefined || held.kind === 'BREAK_GLASS' ? null : held;
}

export const alreadyThere = ({ number }: ModelVersion, { stage, boundFrom }: StageBinding): Refusal =>
  refusal('ALREADY_IN_STAGE', `Version ${number} is in the stage "${stage}" already, since ${boundFrom}.`);

export const noteOf = (integrity: Integrity): string | null => (integrity.state === 'UNREAD' ? integrity.note : null);

export interface CheckedTarget extends VersionTarget {
  readonly integrity: Integrity;
}

/** Reads what is to come into a stage again. Where it is refused anyway, nothing is read. */
export async function withIntegrity(context: Context, versionId: string, action: Action): Promise<CheckedTarget> {
  const target = await requireVersion(context, versionId);
  if (target.version.state !== 'SEALED') return { ...target, integrity: { state: 'INTACT' } };
  const reads = await mayAct(context, action, target);
  return { ...target, integrity: reads ? await quickIntegrity(context, target.version) : UNREAD };
}

/** Seen only where the right to it came between being asked for and being decided. */
const UNREAD: Integrity = { state: 'UNREAD', note: 'The stored bytes were not read again. verifyModelVersion reads them.' };

/** A version that may come into a stage, locked; or why it may not, whatever is approved. */
export async function fitVersion(
  tx: Tx,
  id: string,
  expectedDigest: string | null,
): Promise<{ readonly version: ModelVersion; readonly digest: Digest } | Refusal> {
  const version = await lockVersion(tx, id);
  if (version === null) return gone('The version');
  const { number, state, digest } = version;
  if (state === 'DAMAGED') return damaged(version, []);
  if (state !== 'SEALED' || digest === null)
    return refusal(
      'NOT_SEALED',
      `Version ${number} is a draft: what is in it may still change. Seal it first: sealModelVersion.`,
    );
  if (expectedDigest !== null && digest !== expectedDigest)
    return refusal(
      'DIGEST_MISMATCH',
      `Version ${number} has the digest ${digest}, not ${expectedDigest}. Look at what you mean to promote.`,
    );
  return { version, digest };
}
