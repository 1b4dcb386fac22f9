import type { Queryable } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { Asset, No } from '../../domain/asset.ts';
import { mergedInto } from '../../store/mergeTargets.ts';

/** How a reader finds assets and columns by their numbers. */
interface Numbered {
  asset(no: No): Promise<Asset | null>;
  column(no: No): Promise<Asset | null>;
}

/**
 * What was merged into something else answers with that, by its old id too. Only what is out of service is asked about.
 * @param at the moment to look at; null for now
 */
export function followMerges(db: Queryable, at: Instant | null, read: Numbered) {
  const targets = loaderBy<string, No | null>((ids) => mergedInto(db, ids, at), null);
  return {
    follow: async (id: string, found: Asset | null): Promise<Asset | null> => {
      if (found?.state !== 'removed') return found;
      const no = await targets.load(id);
      if (no === null) return found;
      return id.startsWith('col_') ? read.column(no) : read.asset(no);
    },
    forget: () => targets.clearAll(),
  };
}
