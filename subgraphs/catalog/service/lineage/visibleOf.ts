import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import { visibleNumbers } from '../../store/visibleNumbers.ts';

/**
 * Keeps, of assets and columns, those that the caller may see.
 * @param ahead what will be asked for later; it is looked up with the first question
 */
export function visibleOf(context: Context, ahead: readonly number[] = []): (nos: readonly No[]) => Promise<ReadonlySet<No>> {
  const asked = new Set<No>();
  const seen = new Set<No>();
  const lookUp = async (nos: readonly No[]): Promise<void> => {
    const visible = await visibleNumbers(context.kernel.db, nos, await context.visible());
    for (const no of visible) seen.add(no);
    for (const no of nos) asked.add(no);
  };
  return async (nos) => {
    const isFirst = asked.size === 0;
    const unasked = new Set((isFirst ? [...nos, ...ahead.map(String)] : nos).filter((no) => !asked.has(no)));
    if (unasked.size > 0) await lookUp([...unasked]);
    return new Set(nos.filter((no) => seen.has(no)));
  };
}
