import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { Superseded } from '../../../../kernel/db/superseded.ts';
import { badInput } from '../../../../kernel/fault.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/model.ts';
import { type HeldStage, lockStage } from '../../store/stages.ts';

/** Locks a stage, and sees to it that its history goes forward. */
export async function takeStage(tx: Tx, origin: Origin, modelNo: No, stage: string): Promise<HeldStage> {
  const held = await lockStage(tx, modelNo, stage);
  if (held.since !== null) requireLater(tx, origin, held.since);
  return held;
}

/**
 * Whoever waited for another has the earlier time of the two: what they write would end before it began, so the transaction begins
 * again, with a later time.
 */
export function requireLater(tx: Tx, { isSimulated }: Origin, last: Instant): void {
  if (last < tx.now) return;
  if (isSimulated === true) throw badInput('Simulated history must go forward.');
  throw new Superseded('a later change was recorded first');
}
