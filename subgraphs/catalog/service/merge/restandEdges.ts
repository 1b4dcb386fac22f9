import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { restanding } from '../../domain/merge/restand.ts';
import { endMoved, restand, standingFor, statedAround } from '../../store/mergedEdges.ts';

/**
 * Lets edges stand where the merges that are in force now say: whatever was merged, undone and in which order, the same merges
 * mean the same edges.
 * @param targets datasets around which merges changed
 * @param more numbers of what is not merged any more
 * @returns how many edges stand elsewhere now
 */
export async function restandEdges(tx: Tx, targets: readonly No[], more: readonly No[] = []): Promise<number> {
  const stated = await statedAround(tx, targets, more);
  const standing = await standingFor(tx, [...new Set(stated.flatMap(({ sourceNo, targetNo }) => [sourceNo, targetNo]))]);
  const { moving, leaving } = restanding(stated, (no) => standing.get(no) ?? null);
  await endMoved(
    tx,
    leaving,
    moving.map(({ id }) => id),
  );
  await restand(tx, moving);
  return moving.filter(({ sourceNo }) => sourceNo !== null).length;
}
