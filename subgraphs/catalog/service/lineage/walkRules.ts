import type { Context } from '../../context.ts';
import type { LineageLevel } from '../../domain/lineage/edge.ts';
import type { WalkRules } from '../../domain/lineage/walk.ts';
import { kinOf } from '../../store/kin.ts';
import { type LineageFilters, placing } from './fitting.ts';
import { visibleOf } from './visibleOf.ts';

/**
 * What a walk at a level asks besides edges.
 * @param ahead what the walk will come to, as far as that is known
 */
export async function walkRules(
  context: Context,
  level: LineageLevel,
  filters: LineageFilters = {},
  ahead: readonly number[] = [],
): Promise<WalkRules> {
  const { db } = context.kernel;
  const place = await placing(context, filters);
  return {
    visible: visibleOf(context, ahead),
    ...(level === 'COLUMN' && { kin: (nos, direction, limit) => kinOf(db, nos, direction, limit) }),
    ...(place !== undefined && { place }),
  };
}
