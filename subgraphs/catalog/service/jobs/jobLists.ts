import { badInput } from '../../../../kernel/fault.ts';
import { readPage, toConnection, type Connection, type PageArgs } from '../../../../kernel/page.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import type { Dataset, No } from '../../domain/asset.ts';
import type { Job, JobRole, Run, RunState } from '../../domain/job.ts';
import { datasetsOfJob, jobsOfDataset } from '../../store/jobDatasets.ts';
import { jobIdByName, listJobs, type ListedJob } from '../../store/jobRows.ts';
import { requirePresent } from '../presentOnly.ts';

interface JobName {
  readonly namespace?: string | null;
  readonly name?: string | null;
  readonly id?: string | null;
}

/** One job by name or id. @throws Fault BAD_USER_INPUT, AS_OF_UNSUPPORTED */
export async function findJob(context: Context, { namespace, name, id }: JobName): Promise<Job | null> {
  requirePresent(context, 'job');
  if (typeof id === 'string') return context.jobs.job(id);
  if (typeof namespace !== 'string' || typeof name !== 'string') throw badInput('job needs an id, or a namespace and a name.');
  const found = await jobIdByName(context.kernel.db, namespace, name);
  return found === null ? null : context.jobs.job(found);
}

interface JobFilter {
  readonly namespace?: string | null;
  readonly namePrefix?: string | null;
}

/** Jobs in the order of their names. */
export async function jobConnection(
  context: Context,
  { filter, ...args }: PageArgs & { readonly filter?: JobFilter | null },
): Promise<Connection<ListedJob>> {
  requirePresent(context, 'jobs');
  const narrowed = { namespace: filter?.namespace ?? null, namePrefix: filter?.namePrefix ?? null };
  const page = readPage(args, JSON.stringify(['jobs', narrowed]), 50, ['text', 'text']);
  const window = { after: page.after, count: page.first + 1 };
  const rows = context.jobs.isReader ? await listJobs(context.kernel.db, narrowed, window, await context.visible()) : [];
  return toConnection(rows, page, ({ name, id }) => [name, id]);
}

/** Runs of a job, the last one first. */
export async function runConnection(
  context: Context,
  { id }: Job,
  { state, ...args }: PageArgs & { readonly state?: RunState | null },
): Promise<Connection<Run>> {
  requirePresent(context, 'runs');
  const page = readPage(args, JSON.stringify(['runs', id, state ?? null]), 20, ['time', 'text']);
  const window = { after: page.after, count: page.first + 1 };
  const rows = await context.jobs.runs(id, state ?? null, window);
  return toConnection(rows, page, (run) => [run.lastEventAt, run.id]);
}

/** Visible datasets that a job reads or writes. */
export async function jobDatasetConnection(
  context: Context,
  { id }: Job,
  role: JobRole,
  args: PageArgs,
): Promise<Connection<{ readonly no: No; readonly since: Instant }>> {
  const { asOf } = context.request;
  const page = readPage(args, JSON.stringify(['jobDatasets', id, role, asOf]), 50, ['no']);
  const window = { after: page.after?.[0] ?? null, count: page.first + 1 };
  const rows = await datasetsOfJob(context.kernel.db, { jobId: id, role }, window, await context.visible(), asOf);
  return toConnection(rows, page, ({ no }) => [no]);
}

/** Jobs that read or write a dataset, which the caller may see. */
export async function datasetJobConnection(
  context: Context,
  { no }: Dataset,
  role: JobRole,
  args: PageArgs,
): Promise<Connection<{ readonly jobId: string; readonly since: Instant }>> {
  const { asOf } = context.request;
  const page = readPage(args, JSON.stringify(['datasetJobs', no, role, asOf]), 50);
  const window = { after: page.after?.[0] ?? null, count: page.first + 1 };
  const rows = await jobsOfDataset(context.kernel.db, { no, role }, window, asOf);
  return toConnection(rows, page, ({ jobId }) => [jobId]);
}
