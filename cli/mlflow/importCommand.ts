import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { badInput } from '../../kernel/fault.ts';
import { actWithClient, type Run } from '../cli.ts';
import type { Client } from '../client.ts';
import { escaped } from '../terminal/escape.ts';
import { folderSource } from './folderSource.ts';
import { newTally, orNote, type Tally } from './imported.ts';
import type { Importing } from './importing.ts';
import { importModel } from './importModels.ts';
import { importExperiment } from './importRuns.ts';
import { restSource } from './restSource.ts';
import type { MlflowSource } from './source.ts';
import { ImportTarget } from './target.ts';

export const importMlflow = (): Command =>
  new Command('import-mlflow')
    .description('Bring experiments, runs, models, versions and artifacts from an MLflow server, or from a folder mlruns')
    .argument('<from>', 'address of the server, or path of the folder')
    .addHelpText(
      'after',
      '\nWho asks that server is said as to clients of MLflow: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD.\nTwice imported is imported once.',
    )
    .action((from: string, _options: object, command: Command) =>
      actWithClient(command, async (client, run) => {
        const tally = await importAll(client, run, await sourceAt(from));
        run.show(tally, () => summary(tally));
        for (const note of tally.notes) run.terminal.say(escaped(note));
      }),
    );

async function sourceAt(from: string): Promise<MlflowSource> {
  if (/^https?:\/\//i.test(from)) return restSource(from, process.env);
  const folder = await stat(from).catch(() => null);
  if (folder?.isDirectory() !== true) throw badInput(`"${from.slice(0, 200)}" is no address of a server and no folder.`);
  return folderSource(from);
}

async function importAll(client: Client, { terminal }: Run, source: MlflowSource): Promise<Tally> {
  const tally = newTally();
  const progress: Importing['progress'] = (what, done) => terminal.progress.show({ what, done, total: null });
  const importing: Importing = { source, target: new ImportTarget(client), tally, progress };
  for await (const experiment of source.experiments()) await importExperiment(importing, experiment);
  for await (const model of source.models()) await orNote(tally, `The model ${model.name}`, () => importModel(importing, model));
  return tally;
}

const summary = ({ experiments, runs, metricValues, loggedModels, models, versions, artifacts, artifactBytes }: Tally): string =>
  [
    `${experiments} experiments, ${runs} runs, ${metricValues} values of metrics, ${loggedModels} logged models,`,
    `${models} models, ${versions} versions; uploaded ${artifacts} artifacts of ${artifactBytes} bytes.`,
  ].join(' ');
