import type { Stale } from '../../../kernel/mutation/mutate.ts';
import { staleVersion as staleAt } from '../../../kernel/mutation/staleVersion.ts';
import type { No } from '../domain/asset.ts';

/** A conflict when the caller read another version than the one that is locked now. */
export const staleVersion = (
  locked: ReadonlyMap<No, { readonly version: number }>,
  no: No,
  expected: number | null | undefined,
): Stale | null => staleAt(locked.get(no)?.version ?? 0, expected);
