import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { type Instant, toMs } from '../../../../kernel/time.ts';
import type { RunEvent } from '../../../../lineage/openlineage/event.ts';
import { saidOfRun } from '../../../../lineage/openlineage/jobs.ts';
import { joinSaid } from '../../../../lineage/openlineage/newest.ts';
import { joinProgress, progressOf, stateOf } from '../../../../lineage/openlineage/progress.ts';
import {
  EMPTY_STATEMENT,
  isSilent,
  joinStatements,
  type Statement,
  statementOf,
} from '../../../../lineage/openlineage/statement.ts';
import { findRuns, type RunFacts, runKey, type RunName, type StoredRun, writeRuns } from '../../store/ingestRuns.ts';
import { runFacetsOf } from './facets.ts';

/** A run as it stands after an event. */
export interface IngestedRun extends StoredRun {
  readonly isChanged: boolean;
}

/** An event with its job, which is locked. */
export interface RunTelling {
  readonly jobId: string;
  readonly event: RunEvent;
}

/**
 * Adds events to their runs, which are made when nobody has heard of them.
 * @returns by place of the event, the run after it
 */
export async function ingestRuns(tx: Tx, tellings: readonly RunTelling[]): Promise<readonly IngestedRun[]> {
  const names = new Map<string, RunName>(tellings.map((telling) => [keyOf(telling), nameOf(telling)]));
  const now = new Map(await findRuns(tx, [...names.values()]));
  const changed = new Set<string>();
  const after = tellings.map((telling): IngestedRun => {
    const key = keyOf(telling);
    const before = now.get(key);
    const run = told(before, telling.event, tx.now);
    const isChanged = before === undefined || canonicalJson(run) !== canonicalJson(before);
    if (isChanged) changed.add(key);
    now.set(key, run);
    return { ...run, isChanged };
  });
  await writeRuns(
    tx,
    [...names].flatMap(([key, name]) => {
      const run = now.get(key);
      return run === undefined || !changed.has(key) ? [] : [{ ...name, run, facts: runFacts(run) }];
    }),
  );
  return after;
}

const nameOf = ({ jobId, event }: RunTelling): RunName => ({ jobId, runId: event.run.runId });
const keyOf = (telling: RunTelling): string => runKey(nameOf(telling));

function told(before: StoredRun | undefined, event: RunEvent, now: Instant): StoredRun {
  const progress = progressOf(event);
  return {
    id: before?.id ?? newId('run', toMs(now)),
    progress: before === undefined ? progress : joinProgress(before.progress, progress),
    said: joinSaid(before?.said ?? {}, saidOfRun(event)),
    statement:
      before?.isSpent === true ? null : nullIfSilent(joinStatements(before?.statement ?? EMPTY_STATEMENT, statementOf(event))),
    isSpent: before?.isSpent ?? false,
  };
}

const nullIfSilent = (statement: Statement): Statement | null => (isSilent(statement) ? null : statement);

function runFacts({ progress, said }: StoredRun): RunFacts {
  const { nominalTime, errorMessage, parent } = runFacetsOf(said);
  return {
    state: stateOf(progress),
    nominalStartAt: nominalTime?.nominalStartTime ?? null,
    nominalEndAt: nominalTime?.nominalEndTime ?? null,
    errorMessage: errorMessage?.message ?? null,
    parentJobNamespace: parent?.job.namespace ?? null,
    parentJobName: parent?.job.name ?? null,
    parentRunId: parent?.run.runId ?? null,
  };
}
