import { Command } from 'commander';
import { columnLineage } from '../../lineage/dbt/columnClaims.ts';
import { evidenceOf } from '../../lineage/dbt/evidence.ts';
import { metadataOf } from '../../lineage/dbt/metadata.ts';
import { dialectOfAdapter } from '../../lineage/dbt/platform.ts';
import { act, type GlobalOptions, type Run } from '../cli.ts';
import type { Client } from '../client.ts';
import { connect } from '../connect.ts';
import { type Mutation, REFUSED, send } from '../mutation.ts';
import { type Batch, batchesOf } from './batches.ts';
import { changesOf, changesText, COUNT_FIELDS, ingested as ingestedAnswer, type IngestedAnswer } from './changes.ts';
import { openAnalyzer } from './openAnalyzer.ts';
import { statedBy } from './statement.ts';
import { type Ingested, summaryOf, summaryText } from './summary.ts';
import { readTargetFolder } from './targetFolder.ts';

interface DbtOptions {
  readonly namespace?: string;
  readonly location?: string;
  readonly dialect?: string;
  readonly dryRun?: boolean;
}

export const ingestDbt = (): Command =>
  new Command('dbt')
    .description(
      'Read what dbt wrote into its target folder: descriptions, owners, tests and their results, exposures, metrics, types, lineage; exits with 7 when it cannot be read',
    )
    .argument('[folder]', 'the target folder of the project', 'target')
    .option('--namespace <namespace>', 'where the warehouse is, as OpenLineage writes it, e.g. postgres://db.example:5432')
    .option('--location <place>', 'the same as people write it, for the platform of the project: a host, an account, a file')
    .option('--dialect <dialect>', 'of the compiled SQL; that of the adapter unless given')
    .option('--dry-run', 'only read and say what would be sent; needs no server')
    .action((folder: string, options: DbtOptions, command: Command) =>
      act(command, async (run) => {
        const { batches, ...ingested } = await read(folder, options, run);
        const summary = summaryOf(ingested);
        if (options.dryRun === true) {
          run.show({ ...summary, requests: batches.length, sent: false }, () => summaryText(summary, run.terminal.bold));
          return;
        }
        const answers = await sendAll(batches, run);
        const changes = changesOf(answers);
        const auditIds = answers.map(({ auditId }) => auditId);
        run.show({ ...summary, requests: batches.length, sent: true, auditIds, changes }, () =>
          [
            summaryText(summary, run.terminal.bold),
            changesText(changes, ingested.metadata.length, answers, run.terminal.bold),
          ].join('\n\n'),
        );
      }),
    );

async function read(
  folder: string,
  options: DbtOptions,
  { terminal }: Run,
): Promise<Ingested & { readonly batches: readonly Batch[] }> {
  const { project, missing } = await readTargetFolder(folder, options);
  const columns = await columnLineage(project, {
    dialect: options.dialect ?? dialectOfAdapter(project.adapter),
    analyze: await openAnalyzer(project.rule),
    onProgress: (done, total) => terminal.progress.show({ what: 'Reading SQL', done, total }),
  });
  const [metadata, evidence] = [metadataOf(project), evidenceOf(project, columns)];
  const stated = statedBy(project);
  const sender = { producer: `dbt/${project.name}`, generatedAt: project.generatedAt };
  return { project, missing, metadata, evidence, columns, stated, ...batchesOf(sender, metadata, evidence, stated) };
}

async function sendAll(
  batches: readonly Batch[],
  { globals, terminal }: { readonly globals: GlobalOptions } & Pick<Run, 'terminal'>,
): Promise<readonly IngestedAnswer[]> {
  const client: Client = await connect(globals, process.env, terminal);
  try {
    const answers: IngestedAnswer[] = [];
    for (const [done, batch] of batches.entries()) {
      terminal.progress.show({ what: 'Sending', done, total: batches.length });
      answers.push(await send(client, INGEST, batch));
    }
    terminal.progress.show({ what: 'Sending', done: batches.length, total: batches.length });
    return answers;
  } finally {
    await client.close();
  }
}

const INGEST: Mutation<IngestedAnswer> = {
  source: `mutation CliIngestMetadata($input: IngestMetadataInput!) { result: ingestMetadata(input: $input) { ${REFUSED} ... on MetadataIngested { isRepeat ${COUNT_FIELDS} } } }`,
  done: ingestedAnswer,
};
