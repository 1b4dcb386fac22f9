import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import type { No } from '../asset.ts';

interface End {
  readonly no: No;
  readonly isCrawled: boolean;
  readonly state: 'present' | 'missing' | 'removed';
  readonly mergedInto: No | null;
}

/**
 * Why one dataset cannot be merged into another; null when it can.
 * @param isAlias whether the name of what is to be merged stands for something else already
 */
export function refuseMerge(from: End, into: End, isAlias: boolean): Refusal['refusal'] | null {
  if (from.no === into.no)
    return { code: 'SAME_ASSET', message: 'Both names stand for one dataset already. There is nothing to merge.' };
  if (isAlias || from.mergedInto !== null)
    return { code: 'ALREADY_MERGED', message: 'What is to be merged is another name of a dataset already. Undo that first.' };
  if (from.isCrawled)
    return {
      code: 'CRAWLED',
      message: 'A crawl found the dataset that is to be merged: it is one of its own. Only what lineage alone knows is merged.',
    };
  if (from.state !== 'present')
    return { code: 'NOT_IN_SERVICE', message: 'The dataset that is to be merged is not in service any more.' };
  if (into.state === 'removed' || into.mergedInto !== null)
    return { code: 'NOT_IN_SERVICE', message: 'The dataset to merge into is not in service any more.' };
  return null;
}
