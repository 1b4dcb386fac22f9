import { Command } from 'commander';
import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import { momentText } from '../assetText.ts';
import { actWithClient, countArgument } from '../cli.ts';
import type { Operation } from '../client.ts';
import { table } from '../terminal/table.ts';

/** Jobs that events told of, and their runs. */
export const jobsCommand = (): Command =>
  new Command('jobs')
    .description('List jobs that read and write datasets, and their runs')
    .addCommand(
      new Command('list')
        .description('Jobs in the order of their names, with their last run')
        .option('--namespace <namespace>', 'only jobs of this OpenLineage namespace')
        .option('--prefix <text>', 'only jobs whose name begins so')
        .option('--first <count>', 'how many to show, 1 to 500', countArgument, 50)
        .action((options: { namespace?: string; prefix?: string; first: number }, command: Command) =>
          actWithClient(command, async (client, { terminal, show }) => {
            const filter = { namespace: options.namespace ?? null, namePrefix: options.prefix ?? null };
            const { jobs } = await client.ask(JOBS, { variables: { filter, first: options.first } });
            const found = jobs.edges.flatMap(({ node }) => (node === null ? [] : [node]));
            if (jobs.pageInfo.hasNextPage)
              terminal.say(`There are more than ${options.first}. Narrow the list, or raise --first.`);
            show(found, () => jobTable(found, terminal.bold));
            if (found.length === 0) terminal.say(nothingText(options, client.url));
          }),
        ),
    )
    .addCommand(
      new Command('runs')
        .description('Runs of a job, the last one first')
        .argument('<id>', 'id of the job, as `cadastre jobs list` prints it')
        .option('--first <count>', 'how many to show, 1 to 500', countArgument, 20)
        .action((id: string, options: { first: number }, command: Command) =>
          actWithClient(command, async (client, { terminal, show }) => {
            const { job } = await client.ask(RUNS, { variables: { id, first: options.first } });
            if (job === null) throw notFound(id);
            const runs = job.runs?.edges.map(({ node }) => node) ?? [];
            show({ ...job, runs }, () => runTable(runs, terminal.bold));
          }),
        ),
    );

/** What would fill the list. */
const nothingText = ({ namespace, prefix }: { namespace?: string; prefix?: string }, url: string): string =>
  namespace === undefined && prefix === undefined
    ? `No job is known yet. Jobs and runs come with OpenLineage events, which Airflow, Spark, dbt and others send to ${url}/api/v1/lineage (docs/openlineage.md). Crawls are listed with their sources.`
    : 'No job fits --namespace and --prefix as they were given.';

const run = z.object({
  runId: z.string(),
  state: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  durationMs: z.union([z.number(), z.string()]).nullable(),
  lastEventAt: z.string(),
  errorMessage: z.string().nullable(),
});
const job = z.object({ id: z.string(), namespace: z.string(), name: z.string(), lastRun: run.nullable() });
const jobsAnswer = z.object({
  jobs: z.object({ edges: z.array(z.object({ node: job.nullable() })), pageInfo: z.object({ hasNextPage: z.boolean() }) }),
});
const runsAnswer = z.object({
  job: z
    .object({ id: z.string(), name: z.string(), runs: z.object({ edges: z.array(z.object({ node: run })) }).nullable() })
    .nullable(),
});

const RUN_FIELDS = 'runId state startedAt endedAt durationMs lastEventAt errorMessage';

const JOBS: Operation<z.infer<typeof jobsAnswer>> = {
  source: `query CliJobs($filter: JobFilter, $first: Int!) {
    jobs(filter: $filter, first: $first) { edges { node { id namespace name lastRun { ${RUN_FIELDS} } } } pageInfo { hasNextPage } }
  }`,
  answer: jobsAnswer,
};

const RUNS: Operation<z.infer<typeof runsAnswer>> = {
  source: `query CliRuns($id: ID!, $first: Int!) { job(id: $id) { id name runs(first: $first) { edges { node { ${RUN_FIELDS} } } } } }`,
  answer: runsAnswer,
};

const jobTable = (jobs: readonly z.infer<typeof job>[], bold: (text: string) => string): string =>
  table(
    ['NAME', 'NAMESPACE', 'LAST RUN', 'STATE', 'ID'],
    jobs.map(({ id, namespace, name, lastRun }) => [
      name,
      namespace,
      lastRun === null ? null : momentText(lastRun.lastEventAt),
      lastRun === null ? null : lastRun.state.toLowerCase(),
      id,
    ]),
    bold,
  );

const runTable = (runs: readonly z.infer<typeof run>[], bold: (text: string) => string): string =>
  table(
    ['RUN', 'STATE', 'STARTED', 'SECONDS', 'ERROR'],
    runs.map(({ runId, state, startedAt, durationMs, errorMessage }) => [
      runId,
      state.toLowerCase(),
      startedAt === null ? null : momentText(startedAt),
      durationMs === null ? null : (Number(durationMs) / 1_000).toFixed(1),
      errorMessage?.split('\n')[0] ?? null,
    ]),
    bold,
  );
