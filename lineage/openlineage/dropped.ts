import type { Instant } from '../../kernel/time.ts';
import type { LastSaid } from './newest.ts';

/** When a dataset was last dropped, and when it was last spoken of as being there. */
export interface Lifecycle {
  readonly droppedAt: Instant | null;
  readonly heardAt: Instant | null;
}

export const lifecycleOf = ({ dropped, heard }: LastSaid): Lifecycle => ({
  droppedAt: dropped?.at ?? null,
  heardAt: heard?.at ?? null,
});

/** True when nobody has spoken of a dataset since it was dropped. */
export const isDropped = ({ droppedAt, heardAt }: Lifecycle): boolean =>
  droppedAt !== null && (heardAt === null || heardAt <= droppedAt);

/** What was said of a dataset before it was dropped is about another one than a dataset of the same name that came later. */
export const outlives = (saidAt: Instant, { droppedAt }: Lifecycle): boolean => droppedAt === null || saidAt > droppedAt;
