import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
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
import { findRun, type RunFacts, type StoredRun, writeRun } from '../../store/ingestRuns.ts';
import { runFacetsOf } from './facets.ts';

export interface IngestedRun extends StoredRun {
  readonly isChanged: boolean;
}

/** Adds an event to its run, which is made when nobody has heard of it. Its job is locked. */
export async function ingestRun(tx: Tx, jobId: string, event: RunEvent): Promise<IngestedRun> {
  const { runId } = event.run;
  const before = await findRun(tx, jobId, runId);
  const progress = progressOf(event);
  const run: StoredRun = {
    id: before?.id ?? newId('run', toMs(tx.now)),
    progress: before === null ? progress : joinProgress(before.progress, progress),
    said: joinSaid(before?.said ?? {}, saidOfRun(event)),
    statement:
      before?.isSpent === true ? null : nullIfSilent(joinStatements(before?.statement ?? EMPTY_STATEMENT, statementOf(event))),
    isSpent: before?.isSpent ?? false,
  };
  const isChanged = before === null || canonicalJson(run) !== canonicalJson(before);
  if (isChanged) await writeRun(tx, jobId, runId, run, runFacts(run));
  return { ...run, isChanged };
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
