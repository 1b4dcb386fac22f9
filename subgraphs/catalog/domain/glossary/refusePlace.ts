import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import type { No } from '../asset.ts';

/** How many terms may stand one below another. */
export const LEVELS_MAX = 10;

/**
 * Why a term cannot stand below another, or null.
 * @param above the parent and what is above it, from below
 * @param levelsBelow how many levels are below the term itself
 */
export function refusePlace(termNo: No, above: readonly No[], levelsBelow: number): Refusal | null {
  if (above.includes(termNo))
    return refusal('CYCLE', 'The parent is the term itself or stands below it. Choose a parent that does not.');
  if (above.length + 1 + levelsBelow <= LEVELS_MAX) return null;
  return refusal('TOO_DEEP', `At most ${LEVELS_MAX} terms stand one below another. Choose a parent that is higher up.`);
}
