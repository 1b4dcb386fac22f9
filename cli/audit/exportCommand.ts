import { Command, Option } from 'commander';
import { actWithClient, gather } from '../cli.ts';
import { exportAudit, type ExportOptions, FORMATS } from './exportAudit.ts';
import { withFilters } from './filters.ts';

export const auditExportCommand = (): Command =>
  withFilters(
    new Command('export').description(
      'Write the log, or what of it fits, so that whoever has it can check it without this server',
    ),
  )
    .addOption(
      new Option('--format <format>', 'ndjson can be verified; the others are tables for reading')
        .choices(FORMATS)
        .default('ndjson'),
    )
    .option('--out <file>', 'write to a file; standard output unless given')
    .option('--details', 'with names, values and free text, as far as they were not erased')
    .option('--from-index <index>', 'from this entry of the log')
    .option('--to-index <index>', 'up to the first checkpoint that has so many entries')
    .option('--witnessed', 'up to the newest checkpoint that a witness has cosigned')
    .option(
      '--checkpoint <file>',
      'a checkpoint that you kept, which a filtered export is to lead on from; may be repeated',
      gather,
    )
    .action((_options: object, command: Command) =>
      // Filters are options of `audit` too, which takes them wherever they stand.
      actWithClient(command, (client, run) => exportAudit(client, command.optsWithGlobals<ExportOptions>(), run)),
    );
