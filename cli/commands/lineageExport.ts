import { Command } from 'commander';
import { actWithClient } from '../cli.ts';
import { exportLineage, type ExportOptions } from '../lineage/export.ts';

export const lineageExportCommand = (): Command =>
  new Command('export')
    .description('Write the graph as events that other tools read, one JSON object a line, as far as you may see it')
    .option('--openlineage', 'as OpenLineage events, which is the only form', true)
    .option('--from <urn...>', 'only these datasets, and what says lineage of them')
    .option('--out <file>', 'write to a file; standard output unless given')
    .action((options: ExportOptions, command: Command) =>
      actWithClient(command, (client, run) => exportLineage(client, options, run)),
    );
