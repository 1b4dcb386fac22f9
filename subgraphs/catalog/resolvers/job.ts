import type {
  DatasetJobEdgeResolvers,
  JobDatasetEdgeResolvers,
  JobEdgeResolvers,
  JobOwnerResolvers,
  JobResolvers,
  RunResolvers,
} from '../__generated__/resolvers.ts';
import { toMs } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import { principal } from '../domain/asset.ts';
import { jobDatasetConnection, runConnection } from '../service/jobs/jobLists.ts';
import { requirePresent } from '../service/presentOnly.ts';

const OWNERS_MAX = 100;

/** A fact of which only the present is kept. */
const present =
  <T extends object, K extends keyof T & string>(field: K) =>
  (from: T, _args: object, context: Context): T[K] => {
    requirePresent(context, field);
    return from[field];
  };

export const Job: JobResolvers = {
  __resolveReference: ({ id }, { jobs }) => jobs.job(id),
  description: present('description'),
  sql: present('sql'),
  sqlDialect: present('sqlDialect'),
  integration: present('integration'),
  processingType: present('processingType'),
  jobType: present('jobType'),
  owners: ({ owners }, _args, context) => {
    requirePresent(context, 'owners');
    return owners.slice(0, OWNERS_MAX);
  },
  inputs: (job, args, context) => jobDatasetConnection(context, job, 'INPUT', args),
  outputs: (job, args, context) => jobDatasetConnection(context, job, 'OUTPUT', args),
  runs: (job, args, context) => runConnection(context, job, args),
  lastRun: ({ id }, _args, context) => {
    requirePresent(context, 'lastRun');
    return context.jobs.lastRun(id);
  },
};

export const JobOwner: JobOwnerResolvers = { principal: ({ principalId }) => principal(principalId) };

export const Run: RunResolvers = {
  __resolveReference: ({ id }, { jobs }) => jobs.run(id),
  job: ({ jobId }, _args, { jobs }) => jobs.job(jobId),
  durationMs: ({ startedAt, endedAt }) => (startedAt === null || endedAt === null ? null : toMs(endedAt) - toMs(startedAt)),
  parent: ({ parentId }, _args, { jobs }) => (parentId === null ? null : jobs.run(parentId)),
};

export const JobEdge: JobEdgeResolvers = { node: ({ node }, _args, { jobs }) => jobs.job(node.id) };

export const JobDatasetEdge: JobDatasetEdgeResolvers = {
  node: async ({ node }, _args, { reader }) => {
    const asset = await reader.asset(node.no);
    return asset?.__typename === 'Dataset' ? asset : null;
  },
  since: ({ node }) => node.since,
};

export const DatasetJobEdge: DatasetJobEdgeResolvers = {
  node: ({ node }, _args, { jobs }) => jobs.job(node.jobId),
  since: ({ node }) => node.since,
};
