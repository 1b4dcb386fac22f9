import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import { visibleNumbers } from '../../store/visibleNumbers.ts';

/** Keeps, of assets and columns, those that the caller may see. */
export const visibleOf =
  (context: Context) =>
  async (nos: readonly No[]): Promise<ReadonlySet<No>> =>
    visibleNumbers(context.kernel.db, nos, await context.visible());
