import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import type { KnownTables } from '../../lineage/session/catalog.ts';
import { PROFILE_NAMES, PROFILES, type ProfileName } from '../../lineage/profiles/switches.ts';
import { readNeededText } from '../ingest/readText.ts';
import { act, type Run } from '../cli.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { answerLine } from '../lineage/answerLine.ts';
import { answerLines } from '../lineage/answerLines.ts';
import { compileQuickly } from '../lineage/compileQuickly.ts';
import { openInput } from '../lineage/openInput.ts';
import { lineageTree } from '../lineage/tree.ts';
import { lineageExportCommand } from './lineageExport.ts';
import { lineageShowCommand } from './lineageShow.ts';

interface SqlOptions {
  readonly jsonl?: boolean;
  readonly dialect: string;
  readonly profile: ProfileName;
  readonly schema?: string;
}

export const lineageCommand = (): Command =>
  new Command('lineage')
    .description('Show the lineage of an asset, or read it out of SQL')
    .addCommand(lineageShowCommand())
    .addCommand(lineageExportCommand())
    .addCommand(
      new Command('sql')
        .description('Which columns flow where in a script, or in each line of a file of JSON lines; needs no server')
        .argument('[file]', 'the script, or the lines; standard input unless given')
        .option('--jsonl', 'read lines {id, dialect, sql, ...} and write a line for each')
        .option('--dialect <name>', 'postgres, snowflake, bigquery, tsql, ...', 'ansi')
        .option('--schema <file>', 'known tables as JSON: {"db.schema.table": ["column", ...]}')
        .addOption(
          new Option('--profile <name>', 'whose conventions the answer follows').choices(PROFILE_NAMES).default('native'),
        )
        .action((file: string | undefined, options: SqlOptions, command: Command) =>
          act(command, (run) => (options.jsonl === true ? lines(file, options, run) : script(file, options, run))),
        ),
    );

async function lines(file: string | undefined, { profile }: SqlOptions, { terminal }: Run): Promise<void> {
  const { stream, sizeBytes } = await openInput(file);
  compileQuickly(sizeBytes);
  const { createAnalyzer } = await import('../../lineage/analyzer.ts');
  const analyzer = createAnalyzer();
  try {
    for await (const answer of answerLines(createInterface({ input: stream, crlfDelay: Infinity }), analyzer, profile))
      terminal.print(answer);
  } finally {
    await analyzer.close();
  }
}

async function script(file: string | undefined, options: SqlOptions, { show, terminal }: Run): Promise<ExitCode> {
  const [{ createAnalyzer }, { project }, { sourceless }, { knownDialect }] = await Promise.all([
    import('../../lineage/analyzer.ts'),
    import('../../lineage/profiles/project.ts'),
    import('../../lineage/profiles/sourceless.ts'),
    import('../../lineage/dialect/dialectOf.ts'),
  ]);
  if (knownDialect(options.dialect) === null)
    throw badInput(`Nobody here speaks the dialect ${options.dialect}. Write one like postgres, snowflake or ansi.`);
  const sql = file === undefined ? await standardInput() : await readNeededText(file, 'Name a file with SQL.');
  compileQuickly(sql.length);
  const analyzer = createAnalyzer();
  try {
    const schema = options.schema === undefined ? [] : await knownTables(options.schema);
    const asked = PROFILES[options.profile].lateralAliases === 'asked' ? { lateralAliases: false } : {};
    const result = await analyzer.analyze({ dialect: options.dialect, sql, schema, ...asked });
    const projection = project(result, options.profile);
    show(answerLine(undefined, projection), () => lineageTree(projection, sourceless(result, options.profile), terminal.bold));
    return projection.error === null ? EXIT.ok : EXIT.refused;
  } finally {
    await analyzer.close();
  }
}

async function standardInput(): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of process.stdin.setEncoding('utf8')) chunks.push(String(chunk));
  return chunks.join('');
}

const schemaFile = z.record(
  z.string(),
  z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform((columns) => Object.keys(columns))]),
);

async function knownTables(file: string): Promise<KnownTables> {
  return Object.entries(
    schemaFile.parse(JSON.parse(await readNeededText(file, 'Name a file with tables and their columns, in JSON.'))),
  );
}
