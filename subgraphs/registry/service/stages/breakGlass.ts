import { durationMs, later } from '../../../../kernel/approval/duration.ts';
import type { ApprovalPolicy } from '../../../../kernel/approval/guards.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { requireLine } from '../../domain/labels.ts';
import type { No } from '../../domain/model.ts';
import type { GlassBroken } from '../../domain/result.ts';
import { openReview, openReviewOf } from '../../store/breakGlass.ts';
import { readStage } from '../names.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { bindVersion } from './bindVersion.ts';
import { damaged, markDamaged } from './damage.ts';
import { guardOfStage } from './guard.ts';
import { fitVersion, noteOf, withIntegrity } from './promote.ts';
import { queueUp, refuseCrowded, takeStage } from './takeStage.ts';

export interface BreakGlass extends MutationInput {
  readonly versionId: string;
  readonly stage: string;
  readonly expectedDigest: string;
  /** What happened, e.g. the number of the incident. */
  readonly incident: string;
  readonly reason: string;
  readonly hours: number;
}

const REASON_MIN = 20;
const INCIDENT_MAX = 200;
const HOUR_MS = 3_600_000;
const HOURS_MAX = 24;

/** Brings a sealed version into a guarded stage in an emergency, without approval, for some hours. Somebody else looks at it afterwards. */
export async function breakGlass(context: Context, input: BreakGlass): Promise<GlassBroken | RefusedResult> {
  const stage = readStage(input.stage);
  const incident = requireLine('incident', input.incident, INCIDENT_MAX);
  if (incident === '') throw badInput('incident: say what happened, e.g. the number of the incident: INC-1042.');
  if (input.reason.trim().length < REASON_MIN)
    throw badInput(`reason: write at least ${REASON_MIN} characters: why this cannot wait for approval.`);
  if (!Number.isInteger(input.hours) || input.hours < 1 || input.hours > HOURS_MAX)
    throw badInput(`hours: a whole number from 1 to ${HOURS_MAX}.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'breakGlass',
      noun: 'registry.glass',
      action: 'registry.breakGlass',
      input,
      prepare: () => withIntegrity(context, input.versionId, 'registry.breakGlass'),
      first: queueUp,
    },
    async (tx, origin, { integrity }): Promise<GlassBroken | Refusal> => {
      const fit = await fitVersion(tx, input.versionId, input.expectedDigest);
      if (!('version' in fit)) return fit;
      const { version, digest } = fit;
      if (integrity.state === 'DAMAGED') {
        await markDamaged(tx, origin, version, integrity.findings);
        return damaged(version, integrity.findings);
      }
      const { current, bindings } = await takeStage(tx, origin, version.modelNo, stage);
      const refused = await refuseEmergency(tx, version.modelNo, stage, input.hours);
      if (refused !== null) return refused;
      const crowded = await refuseCrowded(tx, version.modelNo, { current });
      if (crowded !== null) return crowded;
      if (current?.versionId === version.id)
        return refusal('ALREADY_IN_STAGE', `Version ${version.number} is in the stage "${stage}" already.`);
      const { bindingId, receipt } = await bindVersion(tx, origin, {
        version,
        digest,
        stage,
        kind: 'BREAK_GLASS',
        approvalId: null,
        reason: input.reason.trim(),
        emergency: { incident, expiresAt: later(tx.now, input.hours * HOUR_MS) },
        current,
        bindings,
      });
      await openReview(tx, bindingId);
      return { __typename: 'GlassBroken', ...tokens(receipt), bindingId, note: noteOf(integrity) };
    },
  );
}

async function refuseEmergency(tx: Tx, modelNo: No, stage: string, hours: number): Promise<Refusal | null> {
  const guard = await guardOfStage(tx, modelNo, stage);
  if (guard === null)
    return refusal('NOT_GUARDED', `Nothing guards the stage "${stage}". Promote as usual: promoteModelVersion.`);
  const tooLong = refuseDuration(guard, stage, hours);
  if (tooLong !== null) return tooLong;
  // Otherwise one emergency after another would be a way around the policy.
  const open = await openReviewOf(tx, modelNo, stage);
  return open === null
    ? null
    : refusal(
        'REVIEW_PENDING',
        `Nobody has reviewed the last break-glass of the stage "${stage}" (${open}). Somebody else does: reviewBreakGlass.`,
      );
}

function refuseDuration({ name, document }: ApprovalPolicy, stage: string, hours: number): Refusal | null {
  const { breakGlass: allowed } = document;
  const refuse = (message: string): Refusal => ({ refusal: { code: 'POLICY_FORBIDS', message, policyIds: [name] } });
  if (allowed === null) return refuse(`The approval policy "${name}" lets nobody break the glass of the stage "${stage}".`);
  return hours * HOUR_MS > (durationMs(allowed.maxDuration) ?? 0)
    ? refuse(`The approval policy "${name}" allows ${allowed.maxDuration} at most. Ask for fewer hours.`)
    : null;
}
