import type { Instant } from '../../kernel/time.ts';
import type { RunEvent } from './event.ts';

export const ENDINGS = ['COMPLETE', 'ABORT', 'FAIL'] as const;
export type Ending = (typeof ENDINGS)[number];

/** How far a run has come, by all that was said of it. */
export interface Progress {
  readonly startedAt: Instant | null;
  /** Events that only add facets have no state. */
  readonly live: { readonly at: Instant; readonly state: 'START' | 'RUNNING' } | null;
  readonly ended: { readonly at: Instant; readonly state: Ending } | null;
  readonly lastAt: Instant;
}

export function progressOf({ eventType, eventTime }: RunEvent): Progress {
  const ending = ENDINGS.find((state) => state === eventType);
  const live = eventType === 'START' || eventType === 'RUNNING' ? { at: eventTime, state: eventType } : null;
  return {
    startedAt: eventType === 'START' ? eventTime : null,
    live,
    ended: ending === undefined ? null : { at: eventTime, state: ending },
    lastAt: eventTime,
  };
}

/** In whatever order events come, the run has come equally far. What has ended never runs again. */
export function joinProgress(a: Progress, b: Progress): Progress {
  return {
    startedAt: earlier(a.startedAt, b.startedAt),
    live: later(a.live, b.live),
    ended: later(a.ended, b.ended),
    lastAt: a.lastAt > b.lastAt ? a.lastAt : b.lastAt,
  };
}

export type RunState = 'START' | 'RUNNING' | Ending | 'UNKNOWN';

export const stateOf = ({ ended, live }: Progress): RunState => ended?.state ?? live?.state ?? 'UNKNOWN';

const earlier = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null || a < b ? a : b);

function later<T extends { readonly at: Instant; readonly state: string }>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return a.at !== b.at ? (a.at > b.at ? a : b) : a.state >= b.state ? a : b;
}
