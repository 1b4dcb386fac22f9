import type { Instant } from '../../kernel/time.ts';
import type { Progress } from './progress.ts';
import { isSilent, type Statement } from './statement.ts';

/** A run with what it states. A job's own design is stated like by a run without an id that is complete at once. */
export interface StatedRun {
  readonly runId: string;
  readonly progress: Pick<Progress, 'ended' | 'lastAt'>;
  readonly statement: Statement;
}

/**
 * Whose statements are the lineage of a job: the run that completed last, and what a run that goes on since then adds. So a run
 * that has only just begun does not take away what the last one wrote. Failed runs count only while there is nothing better.
 */
export function inForce(runs: readonly StatedRun[]): readonly StatedRun[] {
  const telling = runs.filter(({ statement }) => !isSilent(statement));
  const complete = last(
    telling.filter((run) => run.progress.ended?.state === 'COMPLETE'),
    endOf,
  );
  const going = last(
    telling.filter((run) => run.progress.ended === null && (complete === null || run.progress.lastAt > endOf(complete))),
    (run) => run.progress.lastAt,
  );
  const good = [complete, going].filter((run) => run !== null);
  if (good.length > 0) return good;
  const failed = last(telling, endOf);
  return failed === null ? [] : [failed];
}

/** Until when a run spoke. */
export const spokeUntil = ({ progress }: StatedRun): Instant => progress.ended?.at ?? progress.lastAt;

const endOf = ({ progress }: StatedRun): string => progress.ended?.at ?? '';

/** The run with the greatest moment; of equal ones, that with the greater id. */
function last(runs: readonly StatedRun[], momentOf: (run: StatedRun) => string): StatedRun | null {
  const [first = null] = runs.toSorted((a, b) => compare(momentOf(b), momentOf(a)) || compare(b.runId, a.runId));
  return first;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
