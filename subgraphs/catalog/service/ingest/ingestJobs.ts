import type { Origin } from '../../../../kernel/audit/append.ts';
import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { JobEvent } from '../../../../lineage/openlineage/event.ts';
import { saidOfJob } from '../../../../lineage/openlineage/jobs.ts';
import { changedFacets, joinSaid, newer, type LastSaid } from '../../../../lineage/openlineage/newest.ts';
import { namedKey, type Statement, statementOf, timeless } from '../../../../lineage/openlineage/statement.ts';
import { type JobFacts, lockJobs, type StoredJob, writeJobs } from '../../store/ingestJobs.ts';
import { jobFacetsOf } from './facets.ts';
import { resolveOwners } from './owners.ts';

/** A job as it stands after an event. */
export interface IngestedJob extends StoredJob {
  readonly namespace: string;
  readonly name: string;
  /** True when the event changed something that people see of it. */
  readonly isChanged: boolean;
}

/** Says which job an event is about; a design is said of the job itself and not of a run. */
export interface JobTelling {
  readonly event: JobEvent;
  readonly isDesign: boolean;
}

/**
 * Finds or makes the jobs of events, locks them, and takes down what the events say of them.
 * @returns by place of the event, the job after it
 */
export async function ingestJobs(tx: Tx, origin: Origin, tellings: readonly JobTelling[]): Promise<readonly IngestedJob[]> {
  const names = new Map(tellings.map(({ event: { job } }) => [namedKey(job), { namespace: job.namespace, name: job.name }]));
  const stored = await lockJobs(
    tx,
    [...names.values()].map((name) => ({ ...name, newId: newId('job', toMs(tx.now)) })),
  );
  const now = new Map(stored);
  const after = tellings.map(({ event, isDesign }): IngestedJob => {
    const key = namedKey(event.job);
    const before = now.get(key);
    if (before === undefined) throw new Error('A job that was made is not there.');
    const { isChanged, job } = told(before, event, isDesign);
    now.set(key, { ...job, isNew: false });
    return { ...job, namespace: event.job.namespace, name: event.job.name, isChanged };
  });
  const different = [...now].flatMap(([key, job]) => {
    const before = stored.get(key);
    return before !== undefined && (before.isNew || textOf(job) !== textOf(before)) ? [job] : [];
  });
  const rows: (StoredJob & JobFacts)[] = [];
  for (const job of different) rows.push({ ...job, ...(await jobFacts(tx, origin, job.said)) });
  await writeJobs(tx, rows);
  return after;
}

function told(before: StoredJob, event: JobEvent, isDesign: boolean): { readonly job: StoredJob; readonly isChanged: boolean } {
  const said = joinSaid(before.said, saidOfJob(event));
  const job = { ...before, said, ...(isDesign ? newerDesign(before, event) : {}) };
  const isDesignNew = isDesign && designText(job) !== designText(before);
  return { job, isChanged: before.isNew || isDesignNew || changedFacets(before.said, said).length > 0 };
}

const designText = ({ statement }: StoredJob): string => canonicalJson(statement === null ? null : timeless(statement));

const textOf = ({ said, statedAt, statement }: StoredJob): string => canonicalJson({ said, statedAt, statement });

/** A design replaces the one before as a whole, unless it is older. */
function newerDesign({ statedAt, statement }: StoredJob, event: JobEvent): Pick<StoredJob, 'statedAt' | 'statement'> {
  const stated = { at: event.eventTime, value: statementOf(event) };
  const before = statedAt === null || statement === null ? stated : { at: statedAt, value: statement };
  const last: { readonly at: string; readonly value: Statement } = newer(before, stated);
  return last.value === stated.value ? { statedAt: stated.at, statement: stated.value } : { statedAt, statement };
}

async function jobFacts(tx: Tx, origin: Origin, said: LastSaid): Promise<JobFacts> {
  const { documentation, sql, jobType, ownership } = jobFacetsOf(said);
  return {
    description: documentation?.description ?? null,
    sql: sql?.query ?? null,
    sqlDialect: sql?.dialect ?? null,
    integration: jobType?.integration ?? null,
    processingType: jobType?.processingType ?? null,
    jobType: jobType?.jobType ?? null,
    owners: await resolveOwners(tx, origin, ownership),
  };
}
