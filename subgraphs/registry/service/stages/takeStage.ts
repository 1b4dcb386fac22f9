import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { Superseded } from '../../../../kernel/db/superseded.ts';
import { badInput } from '../../../../kernel/fault.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/model.ts';
import { countStages, type HeldStage, lockStage } from '../../store/stages.ts';
import { lockModel } from '../../store/writeModels.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { type ModelTarget } from '../target.ts';

/**
 * Whoever changes what stages and aliases of a model hold comes here before anything else, the time of its transaction too: who
 * waits for another has the later time, takes all other locks after the same one, and reads the tags that choose the guard as they are.
 */
export const queueUp = (tx: Tx, { model: { no } }: ModelTarget): Promise<unknown> => lockModel(tx, no);

/** Locks a stage, and sees to it that its history goes forward. */
export async function takeStage(tx: Tx, origin: Origin, modelNo: No, stage: string): Promise<HeldStage> {
  const held = await lockStage(tx, modelNo, stage);
  if (held.since !== null) requireLater(tx, origin, held.since);
  return held;
}

/** As many as a model shows. */
const STAGES_MAX = 100;

/** Why a stage that holds nothing cannot come to hold something, or null. */
export async function refuseCrowded(tx: Tx, modelNo: No, { current }: Pick<HeldStage, 'current'>): Promise<Refusal | null> {
  if (current !== null || (await countStages(tx, modelNo)) < STAGES_MAX) return null;
  return refusal(
    'LIMIT_EXCEEDED',
    `${STAGES_MAX} stages of the model hold a version, which is the most. Empty one: unbindStage.`,
  );
}

/**
 * What has an earlier time than what was recorded last would end before it began, so the transaction begins again, with a later
 * time. After `queueUp` only clocks that differ bring one here.
 */
export function requireLater(tx: Tx, { isSimulated }: Origin, last: Instant): void {
  if (last < tx.now) return;
  if (isSimulated === true) throw badInput('Simulated history must go forward.');
  throw new Superseded('a later change was recorded first');
}
