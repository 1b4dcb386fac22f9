import type { Origin } from '../../../../kernel/audit/append.ts';
import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { saidOfJob } from '../../../../lineage/openlineage/jobs.ts';
import type { JobEvent } from '../../../../lineage/openlineage/event.ts';
import { changedFacets, joinSaid, newer, type LastSaid } from '../../../../lineage/openlineage/newest.ts';
import { type Statement, statementOf } from '../../../../lineage/openlineage/statement.ts';
import { type JobFacts, lockJob, type StoredJob, writeJob } from '../../store/ingestJobs.ts';
import { jobFacetsOf } from './facets.ts';
import { resolveOwners } from './owners.ts';

export interface IngestedJob extends StoredJob {
  readonly namespace: string;
  readonly name: string;
  /** True when something that people see of it is new. */
  readonly isChanged: boolean;
}

/** Finds or makes the job of an event, locks it, and takes down what the event says of it. */
export async function ingestJob(tx: Tx, origin: Origin, event: JobEvent, isDesign: boolean): Promise<IngestedJob> {
  const { namespace, name } = event.job;
  const stored = await lockJob(tx, { namespace, name }, newId('job', toMs(tx.now)));
  const said = joinSaid(stored.said, saidOfJob(event));
  const job = { ...stored, said, ...(isDesign ? newerDesign(stored, event) : {}) };
  const isDesignNew = canonicalJson(job.statement) !== canonicalJson(stored.statement);
  if (stored.isNew || job.statedAt !== stored.statedAt || isDesignNew || canonicalJson(said) !== canonicalJson(stored.said))
    await writeJob(tx, job, await jobFacts(tx, origin, said));
  const isChanged = stored.isNew || isDesignNew || changedFacets(stored.said, said).length > 0;
  return { ...job, namespace, name, isChanged };
}

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
