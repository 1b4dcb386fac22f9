import type DataLoader from 'dataloader';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { UrnParts } from '../../../../kernel/urn.ts';
import type { No } from '../../domain/asset.ts';
import { visibleNumbers } from '../../store/visibleNumbers.ts';

/** Tells names of what the caller may not see from names of nothing: what is seen may name it, and must not then. */
export function hiddenNames(
  db: Queryable,
  visible: () => Promise<Bitmap>,
  names: DataLoader<UrnParts, { readonly no: No } | null, string>,
) {
  const hidden = loaderBy<No, boolean>(async (nos) => {
    const seen = await visibleNumbers(db, nos, await visible());
    return new Map(nos.map((no) => [no, !seen.has(no)]));
  }, true);
  return {
    isHidden: async (urn: UrnParts): Promise<boolean> => {
      const named = await names.load(urn);
      return named !== null && hidden.load(named.no);
    },
    forget: () => hidden.clearAll(),
  };
}
