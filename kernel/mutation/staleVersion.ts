import type { Stale } from './mutate.ts';

/** A conflict when the caller read another version than the one that is current now; whoever names none takes any. */
export const staleVersion = (current: number, expected: number | null | undefined): Stale | null =>
  expected === undefined || expected === null || expected === current
    ? null
    : {
        stale: {
          currentVersion: current,
          message: `You read version ${expected}; version ${current} is current. Read it again and repeat.`,
        },
      };
