import type { Stale } from '../../../kernel/mutation/mutate.ts';
import type { No } from '../domain/asset.ts';

/** A conflict when the caller read another version than the one that is locked now. */
export function staleVersion(
  locked: ReadonlyMap<No, { readonly version: number }>,
  no: No,
  expected: number | null | undefined,
): Stale | null {
  const current = locked.get(no)?.version ?? 0;
  if (expected === undefined || expected === null || expected === current) return null;
  return {
    stale: {
      message: `You read version ${expected}; version ${current} is current. Read it again and repeat.`,
      currentVersion: current,
    },
  };
}
