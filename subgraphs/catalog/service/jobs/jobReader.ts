import type { Queryable } from '../../../../kernel/db/database.ts';
import { loaderBy } from '../../../../kernel/loader.ts';
import { type Bitmap, visible } from '../../../../kernel/policy/visible.ts';
import { type Caller, decide } from '../../../../kernel/policy/decision.ts';
import type { Job, Run, RunState } from '../../domain/job.ts';
import type { JobRights } from '../../store/jobRights.ts';
import { jobsById } from '../../store/jobRows.ts';
import { lastRuns, type RunPage, runsById, runsOf } from '../../store/runRows.ts';

/** Reads jobs and runs by id. Null when there is none or the caller may not see it. */
export interface JobReader {
  readonly isReader: boolean;
  job(id: string): Promise<Job | null>;
  run(id: string): Promise<Run | null>;
  /** The run of a job of which something was heard last. */
  lastRun(jobId: string): Promise<Run | null>;
  /** Runs of a job, the one of which something was heard last first. */
  runs(jobId: string, state: RunState | null, page: RunPage): Promise<readonly Run[]>;
}

/** @param mayRead what of the assets the caller may see */
export function jobReader(db: Queryable, caller: Caller, mayRead: () => Promise<Bitmap>): JobReader {
  // Who may not read the catalog at all sees no job either, even if it touches no dataset.
  const isReader = decide(caller, 'catalog.browse').effect === 'allow';
  const rights = async (): Promise<JobRights> => ({
    read: await mayRead(),
    sql: await visible(db, caller, 'catalog.readDefinition'),
  });
  const loader = <T>(read: (ids: readonly string[], rights: JobRights) => Promise<readonly T[]>, keyOf: (row: T) => string) =>
    loaderBy<string, T | null>(
      async (ids) => new Map(isReader ? (await read(ids, await rights())).map((row) => [keyOf(row), row]) : []),
      null,
    );
  const jobs = loader(
    (ids, may) => jobsById(db, ids, may),
    ({ id }) => id,
  );
  const runs = loader(
    (ids, may) => runsById(db, ids, may),
    ({ id }) => id,
  );
  const last = loader(
    (ids, may) => lastRuns(db, ids, may),
    ({ jobId }) => jobId,
  );
  return {
    isReader,
    job: (id) => jobs.load(id),
    run: (id) => runs.load(id),
    lastRun: (jobId) => last.load(jobId),
    runs: async (jobId, state, page) => (isReader ? runsOf(db, jobId, state, page, await rights()) : []),
  };
}
